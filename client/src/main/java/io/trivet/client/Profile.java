package io.trivet.client;

import io.trivet.file.AtomicFile;
import io.trivet.file.FileSync;
import io.trivet.file.PrivateFiles;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an account reaches a cluster: a text file with one {@code key = value} per line, which only
 * its owner can read.
 *
 * <pre>
 *   version = 1
 *   cluster = 6f1c...                       its id
 *   addresses = host:7777, host2:7777       nodes to ask first
 *   authority = sha256:...                  the authority to trust, or: plaintext. After a change
 *                                           of keys, followed by ,sha256:...<TIME
 *   access-key = ...                        absent if the cluster does not authenticate users
 *   secret = ...
 *   next-secret = ...                       while the secret is being changed: this one or the one
 *                                           above is valid
 * </pre>
 *
 * @param accessKey the user; null if the cluster does not authenticate users
 * @param secret proves the user and is never sent
 * @param nextSecret the new secret of a change whose outcome is unknown; null otherwise
 */
public record Profile(
        ClusterId cluster,
        List<Address> addresses,
        TrustSettings trustSettings,
        @Nullable String accessKey,
        @Nullable String secret,
        @Nullable String nextSecret) {
    private static final String VERSION = "1";
    private static final int MAX_BYTES = 16 << 10;
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(5);
    private static final long LOCK_POLL_NANOS = 10_000_000;

    /** Locks of files do not keep threads of one process apart. */
    private static final ReentrantLock WRITERS = new ReentrantLock();

    private static final Set<StandardOpenOption> LOCK = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    private static final Set<String> KEYS =
            Set.of("version", "cluster", "addresses", "authority", "access-key", "secret", "next-secret");

    public Profile {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a profile names at least one address");
        }
        requireOneLine(accessKey);
        requireOneLine(secret);
        requireOneLine(nextSecret);
    }

    /** Of an account whose secret is not being changed. */
    public Profile(
            ClusterId cluster,
            List<Address> addresses,
            TrustSettings trustSettings,
            @Nullable String accessKey,
            @Nullable String secret) {
        this(cluster, addresses, trustSettings, accessKey, secret, null);
    }

    /** Of a cluster, without a user. */
    public Profile(ClusterId cluster, List<Address> addresses, TrustSettings trustSettings) {
        this(cluster, addresses, trustSettings, null, null);
    }

    private static void requireOneLine(@Nullable String value) {
        if (value != null && (value.isBlank() || !value.equals(value.strip()) || value.contains("\n"))) {
            throw new IllegalArgumentException("keys and secrets are one word");
        }
    }

    /**
     * The account; null if there is no access key or no secret. Throws {@code BAD_REQUEST} if
     * either is invalid.
     */
    public @Nullable Account account() {
        return accessKey == null || secret == null ? null : new Account(accessKey, new Secret(secret));
    }

    /** The same for another user. */
    public Profile as(Account account) {
        return as(account.accessKey(), account.secret().text());
    }

    /** The same with another key and secret. */
    public Profile as(String key, String secretOfIt) {
        return new Profile(cluster, addresses, trustSettings, key, secretOfIt);
    }

    /**
     * The same with the secret that shall replace the present one. Written before the cluster is
     * told, so that neither is lost.
     */
    public Profile changingTo(@Nullable String next) {
        return new Profile(cluster, addresses, trustSettings, accessKey, secret, next);
    }

    /**
     * Reads a profile. Throws {@link TrivetException}: {@code NO_SUCH_FILE}, {@code WRONG_VERSION}
     * from a newer release, {@code DENIED} if it contains a secret and others than its owner can
     * read it, {@code CORRUPT} if it is not a profile.
     */
    public static Profile read(Path file) throws IOException {
        try {
            Profile profile = parse(file, text(file).lines().toList());
            if (profile.secret != null || profile.nextSecret != null) {
                requirePrivate(file);
            }
            return profile;
        } catch (NoSuchFileException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.NO_SUCH_FILE, file.toString(), "there is no profile there"), e);
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw corrupt(file, "it is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt(file, "it is no text");
        }
    }

    private static Profile parse(Path file, List<String> lines) {
        try {
            Map<String, String> values = values(lines);
            String version = value(values, "version");
            if (!version.equals(VERSION)) {
                throw TrivetException.of(
                        Refusal.Kind.WRONG_VERSION,
                        file.toString(),
                        "it is of version " + version + ", this release reads version " + VERSION);
            }
            List<Address> addresses = Arrays.stream(value(values, "addresses").split(",", -1))
                    .map(word -> Address.parse(word.strip()))
                    .toList();
            return new Profile(
                    ClusterId.parse(value(values, "cluster")),
                    addresses,
                    TrustSettings.parse(value(values, "authority")),
                    values.get("access-key"),
                    values.get("secret"),
                    values.get("next-secret"));
        } catch (IllegalArgumentException e) {
            throw corrupt(file, "it is no profile: " + e.getMessage());
        }
    }

    /** Errors never quote a value: it may be a secret on the wrong line. */
    private static Map<String, String> values(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).strip();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("a line begins with none of " + KEYS);
            }
            if (values.put(key, line.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("the line '" + key + "' is there twice");
            }
        }
        return values;
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the line '" + key + "' is missing");
        }
        return value;
    }

    private static void requirePrivate(Path file) throws IOException {
        if (!PrivateFiles.hasPermissions(file)) {
            return;
        }
        Set<PosixFilePermission> all = Files.getPosixFilePermissions(file);
        all.removeAll(PosixFilePermissions.fromString("rwx------"));
        if (!all.isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED,
                    file.toString(),
                    "it holds a secret and others can reach it: chmod 600 " + file);
        }
    }

    /** The same with other authorities. */
    public Profile believing(TrustSettings others) {
        return new Profile(cluster, addresses, others, accessKey, secret, nextSecret);
    }

    /** The same with other addresses. */
    public Profile at(List<Address> others) {
        return new Profile(cluster, others, trustSettings, accessKey, secret, nextSecret);
    }

    /**
     * Writes the profile in one step, readable only by its owner; durable on return. Creates the
     * directory if it is missing; follows a symbolic link.
     */
    public void write(Path file) throws IOException {
        write(file, () -> true);
    }

    /**
     * Like {@link #write}, unless the file contains another profile than {@code expected}, for
     * example because another process has changed the secret.
     *
     * @return whether it was written
     */
    public boolean writeInPlaceOf(Profile expected, Path file) throws IOException {
        return write(file, () -> read(file).equals(expected));
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    @SuppressWarnings("try") // the lock has no other use
    private boolean write(Path named, Check check) throws IOException {
        Path file = LocalTarget.replaceable(named);
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
        PrivateFiles.makeDirectory(directory);
        if (!Files.exists(file)) {
            return write(file, directory, check);
        }
        WRITERS.lock();
        try (Closeable ignored = locked(file, directory)) {
            return write(file, directory, check);
        } finally {
            WRITERS.unlock();
        }
    }

    /**
     * Without a lock where the file system has none, or if whoever holds it stands still for {@link
     * #LOCK_LIMIT}: then two processes may overtake each other.
     */
    private static Closeable locked(Path file, Path directory) {
        Path lock = directory.resolve("." + file.getFileName() + ".lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(lock, LOCK, PrivateFiles.file(directory));
        } catch (IOException ignored) {
            return () -> {};
        }
        try {
            keepOwner(file, lock);
            long end = System.nanoTime() + LOCK_LIMIT.toNanos();
            while (channel.tryLock() == null && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(LOCK_POLL_NANOS);
            }
        } catch (IOException ignored) {
            // See above.
        }
        return channel;
    }

    /** Called with the lock on a file that exists: else a check holds no longer when it is replaced. */
    private boolean write(Path file, Path directory, Check check) throws IOException {
        Path temporary = Files.createTempFile(directory, "profile", ".new", PrivateFiles.file(directory));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                FileSync.force(channel);
            }
            if (!check.holds()) {
                return false;
            }
            keepOwner(file, temporary);
            AtomicFile.replace(file, temporary);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** When root runs a command with the profile of another account. */
    private static void keepOwner(Path file, Path temporary) throws IOException {
        if (Files.exists(file)) {
            UserPrincipal owner = Files.getOwner(file);
            if (!owner.equals(Files.getOwner(temporary))) {
                Files.setOwner(temporary, owner);
            }
        }
    }

    private String text() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("version", VERSION);
        values.put("cluster", cluster.toString());
        values.put("addresses", addresses.stream().map(Address::toString).collect(Collectors.joining(", ")));
        values.put("authority", trustSettings.text());
        if (accessKey != null) {
            values.put("access-key", accessKey);
        }
        if (secret != null) {
            values.put("secret", secret);
        }
        if (nextSecret != null) {
            values.put("next-secret", nextSecret);
        }
        StringBuilder text =
                new StringBuilder("# How to reach a Trivet cluster. It may hold a secret: keep it to yourself.\n");
        values.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    private static TrivetException corrupt(Path file, String detail) {
        return TrivetException.of(Refusal.Kind.CORRUPT, file.toString(), detail);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "profile of cluster " + cluster + " at " + addresses;
    }
}
