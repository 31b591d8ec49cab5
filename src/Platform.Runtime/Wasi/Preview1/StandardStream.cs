using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>Standard input, output or error of a preview 1 guest; its stream is made at first use.</summary>
internal sealed class StandardStream(uint number)
{
    /// <summary>0 for input, 1 for output, 2 for error: the descriptor that it begins as.</summary>
    public uint Number { get; } = number;

    /// <summary>Of input.</summary>
    public InputStream? Input { get; set; }

    /// <summary>Of output and error.</summary>
    public OutputStream? Output { get; set; }
}
