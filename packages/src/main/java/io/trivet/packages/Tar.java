package io.trivet.packages;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A {@code tar.gz} that does not reveal who made it when: entries sorted by name, one time for all,
 * owned by root, readable by all, executable if the owner may execute them. The format is that of
 * POSIX 1003.1-1988 (ustar):
 *
 * <pre>
 *   0 name 100 | mode 8 | uid 8 | gid 8 | size 12 | mtime 12 | checksum 8 | type 1 | link 100
 *     | "ustar" 0 "00" | user 32 | group 32 | 16 | prefix 155 | 12
 *   512 bytes of it, the content, zeros up to the next multiple of 512; two blocks of zeros at the end
 * </pre>
 */
final class Tar implements Closeable {
    private static final int BLOCK = 512;
    private static final int MAX_NAME = 100;
    private static final int MAX_PREFIX = 155;

    private final OutputStream out;
    private final long seconds;
    private final Set<String> written = new HashSet<>();

    Tar(OutputStream out, Instant time) throws IOException {
        this(new GZIPOutputStream(out, 1 << 16), time.getEpochSecond());
    }

    private Tar(OutputStream out, long seconds) {
        this.out = out;
        this.seconds = seconds;
    }

    /** A tar without compression, for compressed content. */
    static Tar plain(OutputStream out, Instant time) {
        return new Tar(out, time.getEpochSecond());
    }

    /**
     * Everything below a directory, with names that begin with {@code prefix}; also creates that
     * directory and its parents.
     */
    void tree(Path directory, String prefix) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(path -> !path.equals(directory)).sorted().toList();
        }
        directories(prefix);
        for (Path file : files) {
            String name = prefix + "/" + directory.relativize(file);
            if (Files.isSymbolicLink(file)) {
                link(name, Files.readSymbolicLink(file).toString());
            } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                directories(name);
            } else {
                file(name, file);
            }
        }
    }

    /** Adds the directory and its parents, unless they are in the archive. */
    void directories(String name) throws IOException {
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            directories(name.substring(0, slash));
        }
        directory(name, 0755, 0);
    }

    void directory(String name, int mode, int owner) throws IOException {
        if (written.add(name)) {
            header(name + "/", mode, owner, 0, '5', "");
        }
    }

    void file(String name, Path file) throws IOException {
        header(name, Files.isExecutable(file) ? 0755 : 0644, 0, Files.size(file), '0', "");
        long size = Files.copy(file, out);
        pad(size);
    }

    /** Adds a file as {@code NAME.gz}. */
    void compressed(String name, Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressing = new GZIPOutputStream(bytes)) {
            Files.copy(file, compressing);
        }
        bytes(name + ".gz", bytes.toByteArray(), 0644);
    }

    void text(String name, String text, int mode) throws IOException {
        bytes(name, text.getBytes(StandardCharsets.UTF_8), mode);
    }

    private void bytes(String name, byte[] bytes, int mode) throws IOException {
        header(name, mode, 0, bytes.length, '0', "");
        out.write(bytes);
        pad(bytes.length);
    }

    void link(String name, String target) throws IOException {
        header(name, 0777, 0, 0, '2', target);
    }

    private void header(String name, int mode, int owner, long size, char type, String link) throws IOException {
        byte[] header = new byte[BLOCK];
        int split = split(name);
        put(header, 0, name.substring(split == 0 ? 0 : split + 1));
        put(header, 345, name.substring(0, split));
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "%07o".formatted(owner));
        put(header, 116, "%07o".formatted(owner));
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(seconds));
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        put(header, 157, checked(link, MAX_NAME));
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        out.write(header);
    }

    /** Where a long name is split, at a slash; 0 for a short one. */
    private static int split(String name) {
        if (name.length() <= MAX_NAME) {
            return 0;
        }
        int split = name.indexOf('/', name.length() - MAX_NAME - 1);
        if (split < 1 || split > MAX_PREFIX || split == name.length() - 1) {
            throw new IllegalArgumentException("too long a name for an archive: " + name);
        }
        return split;
    }

    private static String checked(String text, int max) {
        if (text.length() > max) {
            throw new IllegalArgumentException("too long for an archive: " + text);
        }
        return text;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
