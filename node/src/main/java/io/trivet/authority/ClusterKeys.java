package io.trivet.authority;

import io.trivet.file.AtomicFile;
import io.trivet.file.PrivateFiles;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.AeadCipher;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The cluster's keys, which only masters may know: a text file with one {@code key value} per line,
 * the same on all masters.
 *
 * <p>The wrapping key is the root of all secrets except the authority's key. What the namespace
 * keeps secret is wrapped under a key derived from it ({@link AeadCipher}), for a purpose that
 * names its kind and owner. So no log, checkpoint or backup shows it, and one secret cannot be
 * replaced by another. Keys that change automatically are derived from it and not stored.
 *
 * <p>There may be several versions: after a change of keys, former ones open what was wrapped with
 * them, for example in an older backup. The cluster's view determines the current one ({@link
 * #as}), not the file.
 */
public final class ClusterKeys {
    private static final String FILE = "cluster-keys";
    private static final String VERSION = "1";

    /** The version number of a file with more than one version of the keys. */
    private static final String MANY = "2";

    private static final int MAX_VERSIONS = 64;
    private static final int KEY_BYTES = 32;
    private static final String WRAP = "wrap";

    private final ClusterId cluster;
    private final List<Version> versions;

    /** The version for signing, wrapping and deriving. */
    private final Version current;

    private record Version(byte[] wrapping, Authority authority) {
        boolean isOf(TrustSettings.Authority trust) {
            return authority.trust().isSame(trust);
        }
    }

    private ClusterKeys(ClusterId cluster, List<Version> versions, Version current) {
        this.cluster = cluster;
        this.versions = List.copyOf(versions);
        this.current = current;
    }

    private static ClusterKeys of(ClusterId cluster, List<Version> versions) {
        return new ClusterKeys(cluster, versions, versions.getFirst());
    }

    /** Keys for a new cluster; only in memory until {@link #write}. */
    public static ClusterKeys make(ClusterId cluster, Instant now) {
        byte[] wrapping = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(wrapping);
        return of(cluster, List.of(new Version(wrapping, Authority.make(cluster, now))));
    }

    /** These keys and another version, which is not used yet. */
    public ClusterKeys withAnother(Instant now) {
        return and(make(cluster, now));
    }

    /**
     * The versions of both, each once. Throws {@link IllegalArgumentException} if there are too
     * many.
     */
    public ClusterKeys and(ClusterKeys others) {
        List<Version> all = new ArrayList<>(versions);
        others.versions.stream().filter(other -> !has(other.authority.trust())).forEach(all::add);
        require(all.size() <= MAX_VERSIONS, "more than " + MAX_VERSIONS + " versions of them");
        return new ClusterKeys(cluster, all, current);
    }

    /**
     * Without the versions of these authorities, for example of a change of keys that was not
     * completed.
     */
    public ClusterKeys without(Predicate<TrustSettings.Authority> useless) {
        return new ClusterKeys(
                cluster,
                versions.stream()
                        .filter(version -> version.equals(current) || !useless.test(version.authority.trust()))
                        .toList(),
                current);
    }

    /** Whether the version of this authority is among them. */
    public boolean has(TrustSettings.Authority trust) {
        return versions.stream().anyMatch(version -> version.isOf(trust));
    }

    /** The authorities of all versions. */
    public List<TrustSettings.Authority> authorities() {
        return versions.stream().map(version -> version.authority.trust()).toList();
    }

    /**
     * The same keys, with the version of this authority as the current one; empty if it is not
     * among them.
     */
    public Optional<ClusterKeys> as(TrustSettings.Authority trust) {
        return versions.stream()
                .filter(version -> version.isOf(trust))
                .findFirst()
                .map(version -> new ClusterKeys(cluster, versions, version));
    }

    /**
     * The keys in a node's directory, if there are any. Throws {@code DENIED} if other users of
     * this server can read them, and {@code CORRUPT} if they are damaged or of another cluster.
     */
    public static Optional<ClusterKeys> in(Path data, ClusterId cluster) throws IOException {
        Path file = file(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        PrivateFiles.requirePrivate(file);
        try {
            return Optional.of(parse(Files.readAllBytes(file), cluster));
        } catch (TrivetException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.CORRUPT,
                            file.toString(),
                            e.refusal().detail()
                                    + "; copy the file from another master, or from where you keep it, and chmod 600"),
                    e);
        }
    }

    /** The file in a node's directory. */
    public static Path file(Path data) {
        return data.resolve(FILE);
    }

    /**
     * Reads the file. Throws {@code CORRUPT} for anything else, and for another cluster's file; the
     * message does not show its content.
     */
    public static ClusterKeys parse(byte[] file, ClusterId cluster) {
        try {
            Map<String, String> lines = lines(new String(file, StandardCharsets.US_ASCII));
            String version = value(lines, "version");
            require(version.equals(VERSION) || version.equals(MANY), "it is of another version");
            require(ClusterId.parse(value(lines, "cluster")).equals(cluster), "it is of another cluster");
            List<Version> versions = new ArrayList<>();
            do {
                versions.add(version(lines, suffix(versions.size()), cluster));
            } while (lines.containsKey("wrapping-key" + suffix(versions.size())) && versions.size() < MAX_VERSIONS);
            return of(cluster, versions);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, FILE, "not the keys of this cluster: " + e.getMessage()), e);
        }
    }

    private static String suffix(int version) {
        return version == 0 ? "" : "-" + version;
    }

    private static Version version(Map<String, String> lines, String suffix, ClusterId cluster) {
        byte[] wrapping = bytes(lines, "wrapping-key" + suffix);
        require(wrapping.length == KEY_BYTES, "the wrapping key has not " + KEY_BYTES + " bytes");
        return new Version(
                wrapping,
                new Authority(
                        cluster,
                        Authority.certificate(bytes(lines, "authority-certificate" + suffix)),
                        EllipticKeys.privateKey(bytes(lines, "authority-key" + suffix))));
    }

    private static Map<String, String> lines(String text) {
        Map<String, String> lines = new HashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.indexOf(' ');
            require(space > 0, "a line has no value");
            lines.put(line.substring(0, space), line.substring(space + 1));
        });
        return lines;
    }

    private static String value(Map<String, String> lines, String key) {
        String value = lines.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the line '" + key + "' is missing");
        }
        return value;
    }

    private static byte[] bytes(Map<String, String> lines, String key) {
        return Base64.getDecoder().decode(value(lines, key));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The file as bytes: all versions, in the order in which they were made. */
    public byte[] file() {
        StringBuilder text = new StringBuilder(
                "# The keys of a Trivet cluster. Whoever reads this can be any node of it and read its secrets.\n"
                        + line("version", versions.size() == 1 ? VERSION : MANY)
                        + line("cluster", cluster.toString()));
        for (int number = 0; number < versions.size(); number++) {
            append(text, versions.get(number), suffix(number));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder text, Version version, String suffix) {
        try {
            text.append(line("wrapping-key" + suffix, text(version.wrapping)))
                    .append(line(
                            "authority-certificate" + suffix,
                            text(version.authority.certificate().getEncoded())))
                    .append(line(
                            "authority-key" + suffix,
                            text(version.authority.key().getEncoded())));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    private static String line(String key, String value) {
        return key + " " + value + "\n";
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Durable on return; only the owner can read it. */
    public void write(Path data) throws IOException {
        AtomicFile.writePrivate(file(data), file());
    }

    public Authority authority() {
        return current.authority;
    }

    /** Wraps a secret for the namespace to keep. */
    public byte[] wrap(String purpose, byte[] secret) {
        return seal(current).close(secret, purpose);
    }

    private static AeadCipher seal(Version version) {
        return new AeadCipher(version.wrapping, WRAP);
    }

    /**
     * The secret. Throws {@code CORRUPT} for anything that was not wrapped with a version of these
     * keys for this purpose.
     */
    public byte[] unwrap(String purpose, byte[] wrapped) {
        for (Version version : versions) {
            if (!version.equals(current) && opens(version, purpose, wrapped)) {
                return seal(version).open(wrapped, purpose);
            }
        }
        return seal(current).open(wrapped, purpose);
    }

    /** Whether it was wrapped with the current version. */
    public boolean isCurrent(String purpose, byte[] wrapped) {
        return opens(current, purpose, wrapped);
    }

    private static boolean opens(Version version, String purpose, byte[] wrapped) {
        try {
            seal(version).open(wrapped, purpose);
            return true;
        } catch (TrivetException _) {
            return false;
        }
    }

    /**
     * A key for one purpose and occasion, which is not stored. It reveals nothing about these keys
     * or other derived ones.
     */
    public byte[] derive(String purpose, byte[]... occasion) {
        return Hmac.of(current.wrapping, "trivet derive " + purpose, occasion);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "keys of cluster " + cluster;
    }
}
