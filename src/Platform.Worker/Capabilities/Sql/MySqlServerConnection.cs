using System.Data.Common;
using System.Globalization;
using System.Text;
using MySqlConnector;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>A connection to a MySQL server, its values as Spin has them.</summary>
internal sealed class MySqlServerConnection(SqlServers servers, string tenant, ServerAddress server) : ServerSqlConnection
{
    private IdlePool<SqlServerKey, DbDataSource>.Lease? _pool;

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _pool = await servers.RentAsync(tenant, server, cancellationToken);
        return await _pool.Client.OpenConnectionAsync(cancellationToken);
    }

    protected override void Release()
    {
        if (_pool is { } pool)
        {
            servers.Return(pool);
        }
    }

    // By position: '?' in the statement.
    protected override void Add(DbCommand command, SqlValue parameter) => command.Parameters.Add(new MySqlParameter
    {
        Value = parameter.Type switch
        {
            SqlType.Null => DBNull.Value,
            <= SqlType.Binary => parameter.Value,
            _ => throw new CapabilityException($"MySQL has no {parameter.Type.ToString().ToLowerInvariant()} here", failure: CapabilityFailure.Parameter),
        },
    });

    protected override SqlType TypeOf(DbDataReader reader, int column)
    {
        var type = reader.GetFieldType(column);
        return type == typeof(sbyte) ? SqlType.Int8
            : type == typeof(short) ? SqlType.Int16
            : type == typeof(int) ? SqlType.Int32
            : type == typeof(long) ? SqlType.Int64
            : type == typeof(byte) ? SqlType.UInt8
            : type == typeof(ushort) ? SqlType.UInt16
            : type == typeof(uint) ? SqlType.UInt32
            : type == typeof(ulong) ? SqlType.UInt64
            : type == typeof(float) ? SqlType.Float32
            : type == typeof(double) ? SqlType.Float64
            : type == typeof(string) ? SqlType.Text
            : type == typeof(byte[]) ? SqlType.Binary
            : SqlType.Other;
    }

    protected override object Read(DbDataReader reader, int column, SqlType type) => type == SqlType.Other
        ? Encoding.UTF8.GetBytes(Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture) ?? "")
        : reader.GetValue(column);

    protected override SqlServerError? ErrorOf(DbException failure) => null;
}
