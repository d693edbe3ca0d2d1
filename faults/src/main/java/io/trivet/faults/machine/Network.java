package io.trivet.faults.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace for each node, connected by a bridge in another namespace, which has one link
 * to this machine's own network for the clients:
 *
 * <pre>
 *   clients x.254 ---+                     filter: what is cut
 *                    | bridge (namespace of its own)
 *      n0 x.1 -------+------- n1 x.2 ... each link can be made slow
 * </pre>
 *
 * <p>A cut drops packets silently, as a broken cable or switch does. Node numbers begin at 0. One
 * thread.
 */
public final class Network implements AutoCloseable {
    private static final String PREFIX = "trv";
    private static final String BRIDGE = "bridge0";
    private static final String NAMESPACES = "/run/netns/";
    private static final int CLIENTS = 254;
    private static final int MAX_NETWORKS_A_PROCESS = 8;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final String subnet;
    private final Set<Integer> slow = new TreeSet<>();
    private final List<String> namespaces = new ArrayList<>();

    private Network(int number) {
        long process = ProcessHandle.current().pid();
        long place = (process * MAX_NETWORKS_A_PROCESS + number) % (64 * 256);
        this.name = PREFIX + process + "-" + number;
        this.subnet = "10." + (64 + place / 256) + "." + place % 256 + ".";
    }

    /**
     * For this many nodes, with all links up. Throws {@link IOException} if the machine or the
     * rights do not allow it; nothing is left behind then.
     */
    public static Network make(int nodes) throws IOException {
        removeAbandoned();
        Network network = new Network(COUNT.getAndIncrement() % MAX_NETWORKS_A_PROCESS);
        try {
            network.makeHub();
            for (int node = 0; node < nodes; node++) {
                network.makeNode(node);
            }
            return network;
        } catch (IOException e) {
            network.close();
            throw e;
        }
    }

    /**
     * Removes what a killed run left behind, recognized by the number of its process. Leaves
     * namespaces with running processes alone.
     */
    private static void removeAbandoned() throws IOException {
        for (String line : Shell.run("ip", "netns", "list").lines().toList()) {
            String namespace = line.split(" ", 2)[0];
            if (owner(namespace).filter(pid -> ProcessHandle.of(pid).isEmpty()).isPresent()) {
                Shell.attempt("ip", "netns", "delete", namespace);
            }
        }
    }

    private static Optional<Long> owner(String namespace) {
        if (!namespace.matches(PREFIX + "[0-9]{1,9}-[0-9].*")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(namespace.substring(PREFIX.length(), namespace.indexOf('-'))));
    }

    private void makeHub() throws IOException {
        addNamespace(hub());
        Shell.run("ip", "link", "add", name, "type", "veth", "peer", "name", "clients", "netns", hub());
        Shell.run("ip", "address", "add", subnet + CLIENTS + "/24", "dev", name);
        Shell.run("ip", "link", "set", name, "up");
        inHub("ip", "link", "add", "name", BRIDGE, "type", "bridge");
        inHub("ip", "link", "set", BRIDGE, "up");
        inHub("ip", "link", "set", "clients", "master", BRIDGE, "up");
        inHub("nft", "add table bridge cuts; add chain bridge cuts links { type filter hook forward priority 0; }");
    }

    private void makeNode(int node) throws IOException {
        String namespace = namespace(node);
        addNamespace(namespace);
        Shell.run("ip", "link", "add", "eth0", "netns", namespace, "type", "veth", "peer", port(node), "netns", hub());
        inHub("ip", "link", "set", port(node), "master", BRIDGE, "up");
        inNode(node, "ip", "address", "add", host(node) + "/24", "dev", "eth0");
        inNode(node, "ip", "link", "set", "eth0", "up");
        inNode(node, "ip", "link", "set", "lo", "up");
    }

    private void addNamespace(String namespace) throws IOException {
        Shell.run("ip", "netns", "add", namespace);
        namespaces.add(namespace);
    }

    private String hub() {
        return name + "-hub";
    }

    private String namespace(int node) {
        return name + "-n" + node;
    }

    private static String port(int node) {
        return "port" + node;
    }

    private void inHub(String... command) throws IOException {
        run(hub(), command);
    }

    private void inNode(int node, String... command) throws IOException {
        run(namespace(node), command);
    }

    private static void run(String namespace, String... command) throws IOException {
        List<String> all = new ArrayList<>(enter(namespace));
        all.addAll(List.of(command));
        Shell.run(all);
    }

    private static List<String> enter(String namespace) {
        return List.of("nsenter", "--net=" + NAMESPACES + namespace);
    }

    /** The prefix of a command that shall run as this node. */
    public List<String> prefix(int node) {
        return enter(namespace(node));
    }

    /** The node's address. */
    public String host(int node) {
        return subnet + (node + 1);
    }

    /** Drops all packets to and from the node; {@code fromClients}: those of clients too. */
    public void isolate(int node, boolean fromClients) throws IOException {
        mute(node, fromClients);
        deafen(node, fromClients);
    }

    /** The other nodes do not receive what the node sends; it receives what they send. */
    public void mute(int node, boolean byClients) throws IOException {
        drop("ip saddr " + host(node) + (byClients ? "" : " ip daddr != " + subnet + CLIENTS));
    }

    /** The node does not receive what the others send; they receive what it sends. */
    public void deafen(int node, boolean toClients) throws IOException {
        drop("ip daddr " + host(node) + (toClients ? "" : " ip saddr != " + subnet + CLIENTS));
    }

    /** Two nodes do not receive each other's packets; all others reach both. */
    public void cut(int one, int other) throws IOException {
        drop("ip saddr " + host(one) + " ip daddr " + host(other));
        drop("ip saddr " + host(other) + " ip daddr " + host(one));
    }

    private void drop(String packets) throws IOException {
        inHub("nft", "add rule bridge cuts links " + packets + " drop");
    }

    /**
     * Limits the link to this many kilobits per second, each way; packets that would wait longer
     * than 400 ms are dropped.
     */
    public void slow(int node, int kilobits) throws IOException {
        slow.add(node);
        inHub(shape("dev", port(node), kilobits));
        inNode(node, shape("dev", "eth0", kilobits));
    }

    private static String[] shape(String dev, String link, int kilobits) {
        String rate = kilobits + "kbit";
        return new String[] {
            "tc", "qdisc", "replace", dev, link, "root", "tbf", "rate", rate, "burst", "16k", "latency", "400ms"
        };
    }

    /** Restores all links. */
    public void heal() throws IOException {
        inHub("nft", "flush chain bridge cuts links");
        for (int node : slow) {
            inHub("tc", "qdisc", "delete", "dev", port(node), "root");
            inNode(node, "tc", "qdisc", "delete", "dev", "eth0", "root");
        }
        slow.clear();
    }

    /** The nodes' processes must have ended; otherwise their namespaces continue without a name. */
    @Override
    public void close() {
        namespaces.forEach(namespace -> Shell.attempt("ip", "netns", "delete", namespace));
        namespaces.clear();
    }
}
