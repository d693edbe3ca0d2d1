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
 * What masters must know and nobody else may: a text file, one {@code key value} a line, that is
 * the same on all of them.
 *
 * <p>The wrapping key is the root of all secrets but the authority's. What the namespace holds
 * secret is wrapped under a key derived from it ({@link Seal}), for a purpose that says what it is
 * and whose, so that neither log, snapshot nor backup shows it and one secret cannot be put in the
 * place of another. Keys that change by themselves are derived from it and rest nowhere.
 *
 * <p>There may be several versions: where the keys were changed those before open what was wrapped
 * with them, as in an older backup. One of them is the current one: which, the cluster's view says
 * ({@link #as}), not the file.
 */
public final class ClusterKeys {
    private static final String FILE = "cluster-keys";
    private static final String VERSION = "1";

    /** Of a file with more than one version of the keys. */
    private static final String MANY = "2";

    private static final int MAX_VERSIONS = 64;
    private static final int KEY_BYTES = 32;
    private static final String WRAP = "wrap";

    private final ClusterId cluster;
    private final List<Version> versions;

    /** The one to sign, wrap and derive with. */
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

    /** Those of a new cluster; they are nowhere but here until {@link #write}. */
    public static ClusterKeys make(ClusterId cluster, Instant now) {
        byte[] wrapping = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(wrapping);
        return of(cluster, List.of(new Version(wrapping, Authority.make(cluster, now))));
    }

    /** These and another version, that nothing is signed or wrapped with yet. */
    public ClusterKeys withAnother(Instant now) {
        return and(make(cluster, now));
    }

    /** Those of both, each version once. Throws {@link IllegalArgumentException} where there are too many. */
    public ClusterKeys and(ClusterKeys others) {
        List<Version> all = new ArrayList<>(versions);
        others.versions.stream().filter(other -> !has(other.authority.trust())).forEach(all::add);
        require(all.size() <= MAX_VERSIONS, "more than " + MAX_VERSIONS + " versions of them");
        return new ClusterKeys(cluster, all, current);
    }

    /**
     * Without those versions whose authorities these are not: what was made for a change of keys
     * that did not come about.
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
     * The same, where the version of this authority is the one to sign, wrap and derive with; empty
     * where it is not among them.
     */
    public Optional<ClusterKeys> as(TrustSettings.Authority trust) {
        return versions.stream()
                .filter(version -> version.isOf(trust))
                .findFirst()
                .map(version -> new ClusterKeys(cluster, versions, version));
    }

    /** Those in a node's directory, if it has any. Throws {@code DENIED} where others on this server can read them. */
    public static Optional<ClusterKeys> in(Path data, ClusterId cluster) throws IOException {
        Path file = file(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        PrivateFiles.requirePrivate(file);
        return Optional.of(parse(Files.readAllBytes(file), cluster));
    }

    /** Where they are in a node's directory. */
    public static Path file(Path data) {
        return data.resolve(FILE);
    }

    /**
     * Reads the file; throws {@code CORRUPT} for anything else, and for that of another cluster.
     * Never says what is in it.
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

    /** Durable on return, and readable for the owner alone. */
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
     * The secret; throws {@code CORRUPT} for anything that was not wrapped with a version of these
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

    /** Whether it was wrapped with the version of now. */
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
     * A key for one purpose and one occasion of it, which rests nowhere; it says nothing about
     * these keys or about others.
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
