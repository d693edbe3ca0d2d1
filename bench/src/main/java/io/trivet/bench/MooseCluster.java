package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A master, chunk servers and a mount, in a network of their own, since MooseFS refuses loopback
 * addresses; this process copies to and from the mount. Differences from the defaults: ports and
 * paths; repair may begin at once, not a minute after the master's start; the kernel's page cache
 * keeps nothing of the mount between two opens, so that loads come from the chunk servers. Goal 2
 * is the default.
 */
final class MooseCluster implements Cluster {
    private static final Duration READY = Duration.ofMinutes(1);
    private static final String ADDRESS = "10.77.0.1";
    private static final int NAME_PORTS = 60;
    private static final int DATA_PORTS = 70;
    private static final int NOBODY = -1;
    private static final Pattern TOO_FEW = Pattern.compile("with [01] cop(y|ies): *[1-9]");
    private static final Pattern ENOUGH = Pattern.compile("with ([2-9]|10) copies: *[1-9]");

    private final Workplace place;
    private final Program program;
    private final boolean durable;
    private final Path folder;
    private final Path mount;
    private final String network;
    private final Daemon master;
    private final List<Daemon> chunkServers = new ArrayList<>();
    private final Daemon client;
    private int lost = NOBODY;

    /** The folder of its unpacked packages. */
    record Program(Path root) {
        Path path(String name) {
            return root.resolve(name);
        }

        Map<String, String> environment() throws IOException {
            try (Stream<Path> files = Files.walk(root)) {
                Path library = files.filter(file -> file.endsWith("libfuse3.so.3"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no libfuse3.so.3 in " + root));
                return Map.of("LD_LIBRARY_PATH", library.resolveSibling("").toString());
            }
        }
    }

    private MooseCluster(Workplace place, Program program, boolean durable, int servers) throws IOException {
        this.place = place;
        this.program = program;
        this.durable = durable;
        this.folder = place.newFolder("moosefs");
        this.mount = Files.createDirectories(folder.resolve("mount"));
        this.network = "trivet-bench-" + place.port(0);
        makeNetwork();
        this.master = startMaster();
        for (int number = 0; number < servers; number++) {
            chunkServers.add(startChunkServer(number));
        }
        this.client = startMount();
    }

    /** On return the master knows all chunk servers, and the mount works. */
    static MooseCluster start(Workplace place, Program program, boolean durable, int servers) throws IOException {
        MooseCluster cluster = new MooseCluster(place, program, durable, servers);
        try {
            for (int number = 0; number < servers; number++) {
                cluster.awaitSaid("chunkserver register end", number);
            }
            Waiting.until(READY, cluster::isMounted);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void makeNetwork() throws IOException {
        Tool.run("ip", "netns", "add", network);
        place.atEnd(this::removeNetwork);
        Tool.run("ip", "-n", network, "link", "set", "lo", "up");
        Tool.run("ip", "-n", network, "address", "add", ADDRESS + "/32", "dev", "lo");
    }

    private void removeNetwork() {
        try {
            Tool.run("sh", "-c", "[ ! -e \"/run/netns/$0\" ] || ip netns delete \"$0\"", network);
        } catch (IOException e) {
            System.err.println("not removed: " + e.getMessage());
        }
    }

    private List<String> inNetwork(String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + network));
        all.addAll(List.of(command));
        return all;
    }

    private Daemon startMaster() throws IOException {
        Path data = Files.createDirectories(folder.resolve("master"));
        Files.copy(program.path("var/lib/mfs/metadata.mfs.empty"), data.resolve("metadata.mfs"));
        Path exports = Files.writeString(folder.resolve("exports.cfg"), "* / rw,alldirs,admin,maproot=0:0\n");
        Path configuration = configure(
                "master",
                data,
                "EXPORTS_FILENAME = " + exports,
                "MATOML_LISTEN_PORT = " + place.port(NAME_PORTS),
                "MATOCS_LISTEN_PORT = " + place.port(NAME_PORTS + 1),
                "MATOCL_LISTEN_PORT = " + place.port(NAME_PORTS + 2),
                "REPLICATIONS_DELAY_INIT = 0",
                "CHANGELOG_SAVE_MODE = " + (durable ? 2 : 0));
        Daemon daemon = server("master", "usr/sbin/mfsmaster", configuration);
        daemon.awaitLine(line -> line.contains("initialized properly"), READY);
        return daemon;
    }

    private Daemon startChunkServer(int number) throws IOException {
        Path data = Files.createDirectories(folder.resolve("server" + number));
        Files.createDirectories(data(number));
        Path disks = Files.writeString(folder.resolve("disk" + number + ".cfg"), data(number) + "\n");
        Path configuration = configure(
                "server" + number,
                data,
                "HDD_CONF_FILENAME = " + disks,
                "MASTER_HOST = " + ADDRESS,
                "MASTER_PORT = " + place.port(NAME_PORTS + 1),
                "CSSERV_LISTEN_PORT = " + dataPort(number),
                "HDD_FSYNC_BEFORE_CLOSE = " + (durable ? 1 : 0));
        return server("server" + number, "usr/sbin/mfschunkserver", configuration);
    }

    private Path data(int number) {
        return folder.resolve("disk" + number);
    }

    private int dataPort(int number) {
        return place.port(DATA_PORTS + number);
    }

    private Path configure(String name, Path data, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "WORKING_USER = root", "WORKING_GROUP = root", "DISABLE_OOM_KILLER = 0", "DATA_PATH = " + data));
        all.addAll(List.of(lines));
        return Files.write(folder.resolve(name + ".cfg"), all);
    }

    private Daemon server(String name, String binary, Path configuration) throws IOException {
        return Daemon.start(
                place,
                name,
                folder,
                inNetwork(program.path(binary).toString(), "-f", "-c", configuration.toString(), "start"),
                Map.of());
    }

    private Daemon startMount() throws IOException {
        Daemon daemon = Daemon.start(
                place,
                "mount",
                folder,
                inNetwork(
                        program.path("usr/bin/mfsmount").toString(),
                        "-f",
                        mount.toString(),
                        "-H",
                        ADDRESS,
                        "-P",
                        Integer.toString(place.port(NAME_PORTS + 2)),
                        "-o",
                        "mfscachemode=NO"),
                program.environment());
        place.atEnd(this::unmount);
        return daemon;
    }

    private boolean isMounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream().anyMatch(line -> line.contains(" " + mount + " "));
    }

    private void unmount() {
        try {
            if (isMounted()) {
                Tool.run("umount", "--lazy", mount.toString());
            }
        } catch (IOException e) {
            System.err.println("not unmounted: " + e.getMessage());
        }
    }

    private void awaitSaid(String what, int number) throws IOException {
        master.awaitLine(line -> isOf(line, what, number), READY);
    }

    private boolean isOf(String line, String what, int number) {
        return line.contains(what) && line.contains("port: " + dataPort(number));
    }

    @Override
    public int save(Batch batch) throws Exception {
        return batch.each(number -> LocalDisk.copy(batch.local(), mount.resolve(batch.name(number)), durable));
    }

    @Override
    public int load(Batch batch) throws Exception {
        return batch.each(number -> LocalDisk.copy(mount.resolve(batch.name(number)), batch.into(number)));
    }

    @Override
    public List<String> saveCommand(Path source, String name) {
        Path target = mount.resolve(name);
        return durable
                ? List.of("dd", "if=" + source, "of=" + target, "bs=1M", "conv=fsync", "status=none")
                : List.of("cp", source.toString(), target.toString());
    }

    @Override
    public List<Server> servers() {
        List<Server> all = new ArrayList<>(List.of(new Server("master", master.id(), folder.resolve("master"))));
        for (int number = 0; number < chunkServers.size(); number++) {
            all.add(new Server("chunk server", chunkServers.get(number).id(), data(number)));
        }
        return all;
    }

    @Override
    public List<Long> clients() {
        return List.of(client.id());
    }

    @Override
    public void lose() throws IOException {
        chunkServers.removeLast().kill();
        lost = chunkServers.size();
        awaitSaid("chunkserver disconnected", lost);
    }

    /**
     * The master still counts the copies of a lost server until it has removed it, chunk by chunk.
     */
    @Override
    public boolean hasTwoCopies(String name) throws IOException {
        if (lost != NOBODY && !master.hasSaid(line -> isOf(line, "fully removed", lost))) {
            return false;
        }
        String said = Tool.run(
                inNetwork(
                        program.path("usr/bin/mfstools").toString(),
                        "mfscheckfile",
                        mount.resolve(name).toString()),
                program.environment());
        return ENOUGH.matcher(said).find() && !TOO_FEW.matcher(said).find();
    }

    @Override
    public void close() {
        unmount();
        client.kill();
        chunkServers.forEach(Daemon::kill);
        master.kill();
        removeNetwork();
        Workplace.makeRoom(folder);
    }
}
