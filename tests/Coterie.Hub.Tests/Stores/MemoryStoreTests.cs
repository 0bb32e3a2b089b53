using Coterie.Hub.Stores;

namespace Coterie.Hub.Tests.Stores;

public sealed class MemoryStoreTests : RoomStoreContract
{
    protected override ValueTask<IRoomStore> OpenAsync() => ValueTask.FromResult<IRoomStore>(new MemoryStore());

    protected override ValueTask ReopenAsync() => ValueTask.CompletedTask;
}
