using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Coterie.Cli;

/// <summary>What a friend in the same network types where the server listens on all of this machine's addresses.</summary>
internal static class OtherMachines
{
    /// <summary>
    /// The address with each of this machine's own in the place of 0.0.0.0 or [::]; empty where it names one itself. Those of
    /// interfaces that lead further come alone, where there are any: the others are bridges inside this machine.
    /// </summary>
    public static IReadOnlyList<string> UrlsOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var listening))
            return [];
        if (!IPAddress.TryParse(listening.Host.Trim('[', ']'), out var all))
            return [];
        if (!all.Equals(IPAddress.Any) && !all.Equals(IPAddress.IPv6Any))
            return [];
        var both = all.Equals(IPAddress.IPv6Any);
        return [.. Addresses().Where(each => both || each.AddressFamily == all.AddressFamily).Select(UrlOf)];

        string UrlOf(IPAddress address)
        {
            var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
            return $"{listening.Scheme}://{host}:{listening.Port}";
        }
    }

    private static IPAddress[] Addresses()
    {
        var standing = NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(each => each.OperationalStatus == OperationalStatus.Up)
            .Where(each => each.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(each => each.GetIPProperties())
            .ToArray();
        var leading = standing.Where(each => each.GatewayAddresses.Count > 0).ToArray();
        return
        [
            .. (leading.Length > 0 ? leading : standing)
                .SelectMany(each => each.UnicastAddresses)
                .Select(each => each.Address)
                .Where(each => !each.IsIPv6LinkLocal && !IsSelfGiven(each)),
        ];
    }

    // 169.254/16: taken by a machine that was given none.
    private static bool IsSelfGiven(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];
}
