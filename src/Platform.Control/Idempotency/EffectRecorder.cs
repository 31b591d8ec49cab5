using System.Data.Common;

namespace Platform.Control.Idempotency;

/// <summary>
/// Records that a request has had its effect, and what it is answered with. A store calls it in the transaction of the effect, before the revision's lock, so that both stand or neither does.
/// </summary>
/// <param name="connection">The transaction's.</param>
/// <param name="result">What came of it.</param>
/// <exception cref="KeyLostException">The transaction must not commit.</exception>
internal delegate Task EffectRecorder<in T>(DbConnection connection, T result);
