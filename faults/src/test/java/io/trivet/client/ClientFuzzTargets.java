package io.trivet.client;

import io.trivet.faults.fuzz.Door;
import io.trivet.faults.fuzz.Scratch;
import io.trivet.file.ChecksummedLog;
import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a client reads from its own disk. */
public final class ClientFuzzTargets {
    private static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    private static final FileId FILE = new FileId(1, 42);
    private static final FileRecord RECORD =
            new FileRecord(FILE, 200_000, new ChunkSize(64 << 10), new Slot(1), 7, Instant.EPOCH, "", 0644);
    private static final BasicFileAttributes SOURCE = source();

    private ClientFuzzTargets() {}

    public static List<Door> all() {
        return List.of(
                new Door("profile", profiles(), ClientFuzzTargets::profile),
                new Door(
                        "save-journal", lines("x", "chunk 1 0000002a\nchunk 4 ffffffff\n"), ClientFuzzTargets::journal),
                new Door(
                        "partial-load", lines("", "chunk 1 0000002a\nchunk 4 ffffffff\n"), ClientFuzzTargets::partial));
    }

    private static BasicFileAttributes source() {
        try {
            return Files.readAttributes(Scratch.file("source", new byte[9]), BasicFileAttributes.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> profiles() {
        try {
            Path file = Scratch.directory().resolve("profile");
            Profile plain = new Profile(CLUSTER, List.of(new Address("::1", 7777)), new TrustSettings.Plaintext());
            plain.write(file);
            byte[] first = Files.readAllBytes(file);
            new Profile(
                            CLUSTER,
                            List.of(new Address("a.example", 7777), new Address("b", 1)),
                            TrustSettings.parse("sha256:" + "0123456789abcdef".repeat(4)))
                    .as("AKIA", "secret")
                    .changingTo("another-secret")
                    .write(file);
            return List.of(first, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first byte says whether lines get the checksum that makes them count, and the head that makes them fit. */
    private static List<byte[]> lines(String head, String lines) {
        String journal = head.isEmpty() ? "" : FILE + " 00000000000000ff\n";
        return List.of(
                ("\0" + journal + lines).getBytes(StandardCharsets.ISO_8859_1),
                ("\1" + journal + lines).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void profile(byte[] bytes) throws IOException {
        Path file = Scratch.file("profile", bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Profile profile;
        try {
            profile = Profile.read(file);
        } catch (TrivetException e) {
            require(e.kind() == Refusal.Kind.CORRUPT || e.kind() == Refusal.Kind.WRONG_VERSION, e);
            return;
        }
        profile.write(file);
        if (!Profile.read(file).equals(profile)) {
            throw new AssertionError("a profile is read as another one");
        }
    }

    private static void require(boolean holds, TrivetException otherwise) {
        if (!holds) {
            throw otherwise;
        }
    }

    private static byte[] summed(String head, byte[] bytes) {
        if (bytes.length == 0 || bytes[0] == 0) {
            return bytes;
        }
        StringBuilder text = new StringBuilder();
        String begin = head;
        for (String line : new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            byte[] whole = (begin + line).getBytes(StandardCharsets.ISO_8859_1);
            text.append(begin)
                    .append(line)
                    .append(' ')
                    .append(Checksums.text(Checksums.of(whole)))
                    .append('\n');
            begin = "";
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void journal(byte[] bytes) throws IOException {
        String head = "trivet-save 1 " + SOURCE.size() + " "
                + SOURCE.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " "
                + String.valueOf(SOURCE.fileKey()).replaceAll("\\s", "_") + " ";
        Path file = Scratch.file("journal", summed(head, bytes));
        try (ChecksummedLog log = ChecksummedLog.open(file).orElseThrow();
                SaveJournal journal = new SaveJournal(log)) {
            journal.past(SOURCE);
        }
    }

    private static void partial(byte[] bytes) throws IOException {
        Path target = Scratch.directory().resolve("target");
        String name = ".trivet-load-" + SaveJournals.digest("target");
        Path data = Scratch.file(name + "~", new byte[200_000]);
        String head = "trivet-load 1 " + CLUSTER + " " + RECORD.id() + " " + RECORD.size() + " "
                + Checksums.text(RECORD.crc32c()) + " " + ChecksummedLog.keyOf(data);
        Scratch.file(name + ".list~", joined(head, bytes));
        PartialLoad.open(target, CLUSTER, RECORD).ifPresent(PartialLoad::close);
    }

    private static byte[] joined(String head, byte[] bytes) {
        byte[] with = new byte[bytes.length + head.length() + 1];
        if (bytes.length == 0) {
            return bytes;
        }
        with[0] = bytes[0];
        System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, with, 1, head.length());
        with[head.length() + 1] = '\n';
        System.arraycopy(bytes, 1, with, head.length() + 2, bytes.length - 1);
        return summed("", with);
    }
}
