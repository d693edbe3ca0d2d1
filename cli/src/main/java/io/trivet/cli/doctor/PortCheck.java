package io.trivet.cli.doctor;

import io.trivet.cli.text.Text;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.node.NodeDirectory;
import io.trivet.wire.Connector;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks the listen address: whether the name resolves to this server and back, and whether the
 * port is free or used by the right node. A free port is occupied until {@link #close}, so that
 * other nodes can be asked whether they reach it.
 */
final class PortCheck implements Closeable {
    private static final int BACKLOG = 16;

    private final Address listen;
    private final Optional<NodeDirectory> resident;
    private @Nullable ServerSocket held;

    PortCheck(Address listen, Optional<NodeDirectory> resident) {
        this.listen = listen;
        this.resident = resident;
    }

    List<CheckResult> findings() throws IOException {
        List<CheckResult> findings = new ArrayList<>();
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(listen.host());
        } catch (UnknownHostException _) {
            return List.of(CheckResult.fail(
                    Text.of("name {0}", listen.host()),
                    Text.of("no address is known for it"),
                    Text.of("enter it in DNS, or in /etc/hosts of all servers")));
        }
        findings.add(name(addresses[0]));
        findings.add(port(addresses[0]));
        return findings;
    }

    /** Forward, to an address of this server, and back. */
    private CheckResult name(InetAddress address) throws IOException {
        Text check = Text.of("name {0}", listen.host());
        Text there = Text.of("it stands for {0}", address.getHostAddress());
        if (address.isAnyLocalAddress()) {
            return CheckResult.fail(
                    check,
                    Text.of("{0}, every address of any server", there),
                    Text.of("give the name by which the others reach this one"));
        }
        if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
            return CheckResult.fail(
                    check,
                    Text.of("{0}, which is no address of this server", there),
                    Text.of("mend the name, or listen at another"));
        }
        if (address.isLoopbackAddress()) {
            return CheckResult.warn(
                    check,
                    Text.of("{0}: no other server reaches it", there),
                    Text.of("fine for a trial; else mend DNS or /etc/hosts"));
        }
        String back = InetAddress.getByAddress(address.getAddress()).getCanonicalHostName();
        boolean same = back.equals(listen.host()) || back.startsWith(listen.host() + ".");
        return same || listen.host().equals(address.getHostAddress())
                ? CheckResult.ok(check, Text.of("{0}, and that for {1}", there, back))
                : CheckResult.warn(
                        check,
                        Text.of("{0}, but that for {1}", there, back),
                        Text.of("logs will name it otherwise: mend the reverse name"));
    }

    private CheckResult port(InetAddress address) throws IOException {
        Text check = Text.of("port {0}", listen.port());
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, listen.port()), BACKLOG);
            held = socket;
            return CheckResult.ok(check, Text.of("it is free"));
        } catch (BindException e) {
            socket.close();
            return taken(check, String.valueOf(e.getMessage()));
        }
    }

    private CheckResult taken(Text check, String why) {
        if (resident.isPresent()) {
            NodeDirectory own = resident.get();
            try (Connector connector = new Connector("trivet-doctor", own.cluster(), own.transportSecurity())) {
                NodeId who = PeerCheck.whoIs(connector, listen);
                if (own.node().equals(who)) {
                    return CheckResult.ok(check, Text.of("held by {0}, which runs", own.node()));
                }
                if (who != null) {
                    return CheckResult.fail(
                            check,
                            Text.of("held by {0} of this cluster", who),
                            Text.of("every node has an address of its own"));
                }
            }
        }
        return CheckResult.fail(
                check,
                Text.of("it cannot be had: {0}", Text.told(why)),
                Text.of("stop what listens there (ss -ltnp), or choose another port"));
    }

    @Override
    public void close() throws IOException {
        if (held != null) {
            held.close();
        }
    }
}
