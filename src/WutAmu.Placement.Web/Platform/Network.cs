using System.Net;
using System.Net.Sockets;

namespace WutAmu.Placement.Web.Platform;

/// <summary>Where a request came from, as far as is kept: the first three bytes of an IPv4 address, the first 48 bits of an IPv6 address.</summary>
public static class Network
{
    /// <returns>For example <c>203.0.113.*</c> or <c>2001:db8:1::/48</c>; <c>?</c> where the server does not know.</returns>
    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "?";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        if (plain.AddressFamily == AddressFamily.InterNetwork)
        {
            return $"{bytes[0]}.{bytes[1]}.{bytes[2]}.*";
        }

        Array.Clear(bytes, 6, bytes.Length - 6);
        return $"{new IPAddress(bytes)}/48";
    }
}
