using System.IO.Pipelines;
using Platform.Worker.Invocation;

namespace Platform.Worker.Tests.Invocation;

public class LimitedBodyReaderTests
{
    [Fact]
    public async Task CancelPendingRead_OfAStreamThatWasReset_LetsTheReadEndByItself()
    {
        var pipe = new Pipe();
        var reader = new LimitedBodyReader(new ResetReader(pipe.Reader), 100);
        var pending = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        reader.CancelPendingRead();

        await pipe.Writer.CompleteAsync(new IOException("The client reset the request stream."));
        await Assert.ThrowsAsync<IOException>(() => pending);
        Assert.Equal(400, reader.Fault);
    }

    /// <summary>As Kestrel's is once a client has reset its stream.</summary>
    private sealed class ResetReader(PipeReader inner) : PipeReader
    {
        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => throw new IOException("The client reset the request stream.");

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
