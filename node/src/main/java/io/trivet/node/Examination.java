package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.wire.Connector;
import io.trivet.wire.Reply;
import io.trivet.wire.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What this node sees of a server that asks to be looked at. It connects only to the IP address that the request came from, whatever name the request
 * gives: nobody can have other servers probed by this one.
 */
final class Examination {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int MAX_ADDRESSES = 16;

    private Examination() {}

    static Reply.Examined of(Request.Examine examine, Address caller) {
        Address asked = examine.address();
        List<String> resolved = resolved(asked.host());
        String reason = "";
        if (resolved.isEmpty()) {
            reason = "the name " + asked.host() + " is not known here";
        } else if (!resolved.contains(caller.host())) {
            reason = asked.host() + " stands for " + String.join(", ", resolved) + " here, but the request came from "
                    + caller.host();
        } else {
            reason = reach(new InetSocketAddress(caller.host(), asked.port()));
        }
        return new Reply.Examined(Instant.now(), caller.host(), resolved, reason.isEmpty(), reason);
    }

    private static List<String> resolved(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .limit(MAX_ADDRESSES)
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (UnknownHostException _) {
            return List.of();
        }
    }

    private static String reach(InetSocketAddress address) {
        try {
            Connector.reach(address, LIMIT);
            return "";
        } catch (IOException e) {
            return "no connection to " + address.getAddress().getHostAddress() + " port " + address.getPort() + ": "
                    + e.getMessage();
        }
    }
}
