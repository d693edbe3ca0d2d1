package io.trivet.model;

/**
 * Where a node listens: a host name or IP address, and a TCP port. {@code host} holds an IPv6
 * address without brackets; {@link #toString} adds them.
 */
public record Address(String host, int port) {
    public static final int MAX_HOST = 255;

    public Address {
        if (host.isEmpty()
                || host.length() > MAX_HOST
                || host.chars().anyMatch(c -> c <= ' ' || c == 127 || c == '[' || c == ']')) {
            throw new IllegalArgumentException("not a host name: " + host);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("ports go from 1 to 65535, not " + port);
        }
    }

    /** Reads {@code HOST:PORT}; throws {@link IllegalArgumentException} for anything else. */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("an address is written HOST:PORT, not " + text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an address is written HOST:PORT, not " + text, e);
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
