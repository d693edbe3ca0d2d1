package io.trivet.mount;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;

/**
 * Random operations on a file, compared with an array: reads, writes, mapped reads, truncates, appends,
 * fsyncs, closes and reopens. A program of its own, because a process must not touch its own mount.
 *
 * <p>Arguments: file, seed, number of operations, largest size.
 */
final class RandomOperations {
    private final Path file;
    private final Random random;
    private final byte[] expected;
    private int size;
    private FileChannel channel;

    private RandomOperations(Path file, long seed, int largest) throws IOException {
        this.file = file;
        this.random = new Random(seed);
        this.expected = new byte[largest];
        this.channel = open(StandardOpenOption.CREATE_NEW);
    }

    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[1]);
        RandomOperations operations = new RandomOperations(Path.of(arguments[0]), seed, Integer.parseInt(arguments[3]));
        int count = Integer.parseInt(arguments[2]);
        for (int i = 0; i < count; i++) {
            String done = operations.next();
            if (done.startsWith("!")) {
                System.err.println("seed " + seed + ", operation " + i + ": " + done);
                System.exit(1);
            }
        }
        operations.channel.close();
        String last = operations.whole();
        System.out.println("seed " + seed + ": " + count + " operations " + last);
        System.exit(last.startsWith("!") ? 1 : 0);
    }

    private FileChannel open(StandardOpenOption how) throws IOException {
        return FileChannel.open(file, Set.of(how, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private String next() throws IOException {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6 -> write(random.nextInt(expected.length));
            case 7 -> write(size);
            case 8, 9, 10, 11, 12, 13 -> read();
            case 14, 15 -> mapped();
            case 16, 17 -> truncate();
            case 18 -> {
                channel.force(true);
                yield "fsync";
            }
            default -> {
                channel.close();
                String whole = random.nextBoolean() ? whole() : "not read";
                channel = open(StandardOpenOption.CREATE);
                yield whole;
            }
        };
    }

    private String write(int position) throws IOException {
        int length = Math.min(expected.length - position, random.nextInt(70_000));
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
        System.arraycopy(bytes, 0, expected, position, length);
        size = length == 0 ? size : Math.max(size, position + length);
        return "write " + position + " " + length;
    }

    private String truncate() throws IOException {
        int length = random.nextInt(expected.length);
        if (length <= size) {
            channel.truncate(length);
            Arrays.fill(expected, length, size, (byte) 0);
        } else {
            channel.write(ByteBuffer.allocate(1), length - 1L); // the gap is zeros
        }
        size = length;
        return "truncate " + length;
    }

    private String read() throws IOException {
        int position = random.nextInt(expected.length);
        ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(70_000));
        for (int read = 0; read >= 0 && bytes.hasRemaining(); ) {
            read = channel.read(bytes, position + bytes.position());
        }
        int length = Math.clamp(size - position, 0, bytes.capacity());
        return compare("read", position, bytes.array(), bytes.position(), length);
    }

    private String mapped() throws IOException {
        if (size == 0) {
            return "nothing to map";
        }
        int position = random.nextInt(size);
        byte[] bytes = new byte[Math.min(size - position, random.nextInt(70_000))];
        channel.map(FileChannel.MapMode.READ_ONLY, position, bytes.length).get(bytes);
        return compare("mapped read", position, bytes, bytes.length, bytes.length);
    }

    private String whole() throws IOException {
        byte[] all = Files.readAllBytes(file);
        long length = Files.size(file);
        return length == size
                ? compare("whole", 0, all, all.length, size)
                : "! its length is " + length + ", not " + size;
    }

    private String compare(String what, int position, byte[] bytes, int count, int length) {
        if (count != length) {
            return "! " + what + " at " + position + ": " + count + " bytes, not " + length;
        }
        int wrong = Arrays.mismatch(bytes, 0, count, expected, position, position + length);
        return wrong < 0 ? what : "! " + what + " at " + position + ": byte " + (position + wrong) + " is wrong";
    }
}
