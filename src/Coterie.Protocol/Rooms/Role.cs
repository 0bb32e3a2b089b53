namespace Coterie.Protocol.Rooms;

/// <summary>What a member may be. Viewer and editor come through doors; owner is a key in the manifest.</summary>
public enum Role : byte
{
    Viewer = 1,
    Editor = 2,
    Owner = 3,
}

/// <summary>What a door asks for.</summary>
public enum Needs : byte
{
    Link = 1,
    LinkAndPassword = 2,
    Password = 3,
}
