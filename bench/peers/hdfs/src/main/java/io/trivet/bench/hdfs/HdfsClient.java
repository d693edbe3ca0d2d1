package io.trivet.bench.hdfs;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;

/**
 * An HDFS client process for the benchmark, which runs on a newer Java than Hadoop does. It reads
 * requests from standard input, one per line, words separated by tabs, and answers each with {@code
 * done NUMBER} or {@code failed WHY}; it ends with its input. It does the same work as the
 * benchmark's own loop for other contenders.
 *
 * <pre>
 *   save SOURCE NAME FILES THREADS LIMIT-MS [durably]     how many were saved, as /NAME-0, ...
 *   load DIRECTORY NAME FILES THREADS LIMIT-MS            how many were loaded, to DIRECTORY/0, ...
 *   live                                                  how many DataNodes there are
 *   dead                                                  how many the NameNode considers dead
 *   copies NAME                                           of the block that has fewest
 * </pre>
 */
public final class HdfsClient {
    private static final int PIECE_BYTES = 1 << 20;

    private final DistributedFileSystem files;

    private HdfsClient(DistributedFileSystem files) {
        this.files = files;
    }

    public static void main(String[] arguments) throws IOException {
        FileSystem system = FileSystem.get(new Configuration());
        HdfsClient client = new HdfsClient((DistributedFileSystem) system);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            System.out.println(client.answer(line.split("\t")));
        }
        System.exit(0);
    }

    private String answer(String[] words) {
        try {
            return "done " + perform(words);
        } catch (Exception e) {
            return "failed " + e.toString().replace('\n', ' ');
        }
    }

    private int perform(String[] words) throws Exception {
        switch (words[0]) {
            case "save":
                boolean durably = words.length > 6;
                return each(words, number -> save(words[1], words[2] + "-" + number, durably));
            case "load":
                return each(words, number -> load(words[2] + "-" + number, words[1] + "/" + number));
            case "live":
                return files.getDataNodeStats(DatanodeReportType.LIVE).length;
            case "dead":
                return files.getDataNodeStats(DatanodeReportType.DEAD).length;
            case "copies":
                return copies(new Path("/" + words[1]));
            default:
                throw new IllegalArgumentException("no such request: " + words[0]);
        }
    }

    private interface Task {
        void run(int number) throws IOException;
    }

    private static int each(String[] words, Task task) throws Exception {
        int count = Integer.parseInt(words[3]);
        int threads = Integer.parseInt(words[4]);
        long end = System.nanoTime() + 1_000_000L * Long.parseLong(words[5]);
        AtomicInteger next = new AtomicInteger();
        Callable<Integer> worker = () -> {
            int done = 0;
            while (System.nanoTime() - end < 0) {
                int number = next.getAndIncrement();
                if (number >= count) {
                    break;
                }
                task.run(number);
                done++;
            }
            return done;
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(worker));
            }
            int done = 0;
            for (Future<Integer> one : workers) {
                done += one.get();
            }
            return done;
        } finally {
            pool.shutdown();
        }
    }

    /**
     * Durably: every block is synced to the disk of each DataNode when it ends, and the last one
     * once more before the file is closed.
     */
    private void save(String source, String name, boolean durably) throws IOException {
        EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE);
        if (durably) {
            flags.add(CreateFlag.SYNC_BLOCK);
        }
        Path target = new Path("/" + name);
        try (InputStream in = new FileInputStream(source);
                FSDataOutputStream out = files.create(
                        target,
                        FsPermission.getFileDefault(),
                        flags,
                        PIECE_BYTES,
                        files.getDefaultReplication(target),
                        files.getDefaultBlockSize(target),
                        null)) {
            copy(in, out);
            if (durably) {
                ((HdfsDataOutputStream) out).hsync(EnumSet.of(HdfsDataOutputStream.SyncFlag.UPDATE_LENGTH));
            }
        }
    }

    private void load(String name, String target) throws IOException {
        try (InputStream in = files.open(new Path("/" + name), PIECE_BYTES);
                OutputStream out = new FileOutputStream(target)) {
            copy(in, out);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] piece = BUFFERS.get();
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
        }
    }

    private static final ThreadLocal<byte[]> BUFFERS = ThreadLocal.withInitial(() -> new byte[PIECE_BYTES]);

    /**
     * Counts only copies at live nodes: the NameNode considers a node dead some time before it
     * forgets its copies.
     */
    private int copies(Path file) throws IOException {
        Set<String> living = new HashSet<>();
        for (DatanodeInfo node : files.getDataNodeStats(DatanodeReportType.LIVE)) {
            living.add(node.getXferAddr());
        }
        BlockLocation[] blocks =
                files.getFileBlockLocations(file, 0, files.getFileStatus(file).getLen());
        int fewest = blocks.length == 0 ? 0 : Integer.MAX_VALUE;
        for (BlockLocation block : blocks) {
            int copies = 0;
            for (String name : block.getNames()) {
                copies += living.contains(name) ? 1 : 0;
            }
            fewest = Math.min(fewest, copies);
        }
        return fewest;
    }
}
