package io.trivet.cli.doctor;

import io.trivet.cli.text.Text;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.node.NodeDirectory;
import io.trivet.wire.Connector;
import io.trivet.wire.ListenSockets;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the listen address: whether the name resolves to this server and back, and whether the
 * port is free or used by the right node. A free port is occupied until {@link #close}, so that
 * other nodes can be asked whether they reach it.
 */
final class PortCheck implements Closeable {
    private static final int BACKLOG = 16;

    private final Address listen;
    private final Optional<NodeDirectory> resident;
    private List<ServerSocketChannel> held = List.of();

    PortCheck(Address listen, Optional<NodeDirectory> resident) {
        this.listen = listen;
        this.resident = resident;
    }

    List<CheckResult> findings() throws IOException {
        List<InetAddress> addresses;
        try {
            addresses = List.of(InetAddress.getAllByName(listen.host()));
        } catch (UnknownHostException _) {
            return List.of(CheckResult.fail(
                    Text.of("name {0}", listen.host()),
                    Text.of("no address is known for it"),
                    Text.of("enter it in DNS, or in /etc/hosts of all servers")));
        }
        return findings(addresses);
    }

    /** {@code addresses}: to which the name resolves. */
    List<CheckResult> findings(List<InetAddress> addresses) throws IOException {
        return List.of(name(addresses), port(addresses));
    }

    /** Forward, to addresses of this server, and back. */
    private CheckResult name(List<InetAddress> addresses) throws IOException {
        Text check = Text.of("name {0}", listen.host());
        Text there = Text.of("it stands for {0}", hosts(addresses));
        if (addresses.stream().anyMatch(InetAddress::isAnyLocalAddress)) {
            return CheckResult.fail(
                    check,
                    Text.of("{0}, every address of any server", there),
                    Text.of("give the name by which the others reach this one"));
        }
        List<InetAddress> own = new ArrayList<>();
        for (InetAddress address : addresses) {
            if (isHere(address)) {
                own.add(address);
            }
        }
        if (own.isEmpty()) {
            return CheckResult.fail(
                    check,
                    Text.of("{0}, which is no address of this server", there),
                    Text.of("correct the name, or listen at another"));
        }
        if (own.size() < addresses.size()) {
            return CheckResult.warn(
                    check,
                    Text.of("{0}, of which this server has only {1}", there, hosts(own)),
                    Text.of("give every server a name of its own, so that the others reach this one"));
        }
        Optional<InetAddress> reached =
                own.stream().filter(address -> !address.isLoopbackAddress()).findFirst();
        if (reached.isEmpty()) {
            return CheckResult.warn(
                    check,
                    Text.of("{0}: no other server reaches it", there),
                    Text.of("fine for a trial; else correct DNS or /etc/hosts"));
        }
        return back(check, there, reached.get());
    }

    private CheckResult back(Text check, Text there, InetAddress address) throws IOException {
        String back = InetAddress.getByAddress(address.getAddress()).getCanonicalHostName();
        boolean same = back.equals(listen.host()) || back.startsWith(listen.host() + ".");
        return same || listen.host().equals(address.getHostAddress())
                ? CheckResult.ok(check, Text.of("{0}; its reverse name is {1}", there, back))
                : CheckResult.warn(
                        check,
                        Text.of("{0}; its reverse name is {1}, not this name", there, back),
                        Text.of("logs will name it otherwise: correct the reverse name"));
    }

    private static boolean isHere(InetAddress address) throws IOException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private static Text hosts(List<InetAddress> addresses) {
        return Text.list(addresses.stream().map(InetAddress::getHostAddress).toList());
    }

    private CheckResult port(List<InetAddress> addresses) throws IOException {
        Text check = Text.of("port {0}", listen.port());
        try {
            held = ListenSockets.on(listen, addresses, BACKLOG);
            return CheckResult.ok(check, Text.of("it is free"));
        } catch (IOException e) {
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
                Text.of("cannot listen there: {0}", Text.told(why)),
                Text.of("stop what listens there (ss -ltnp), or choose another port"));
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel each : held) {
            each.close();
        }
    }
}
