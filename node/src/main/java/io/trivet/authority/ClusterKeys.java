package io.trivet.authority;

import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Hmac;
import io.trivet.wire.Seal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What masters must know and nobody else may: a text file, one {@code key value} a line, that is the same on all of them.
 *
 * <p>The wrapping key is the root of all secrets but the authority's. What the namespace holds secret is wrapped under a key derived from it ({@link
 * Seal}), for a purpose that says what it is and whose, so that neither log, snapshot nor backup shows it and one secret cannot be put in the place of
 * another. Keys that change by themselves are derived from it and rest nowhere.
 */
public final class ClusterKeys {
    private static final String FILE = "cluster-keys";
    private static final String VERSION = "1";
    private static final int KEY_BYTES = 32;
    private static final String WRAP = "wrap";

    private final ClusterId cluster;
    private final byte[] wrapping;
    private final Authority authority;

    private ClusterKeys(ClusterId cluster, byte[] wrapping, Authority authority) {
        this.cluster = cluster;
        this.wrapping = wrapping;
        this.authority = authority;
    }

    /** Those of a new cluster; they are nowhere but here until {@link #write}. */
    public static ClusterKeys make(ClusterId cluster, Instant now) {
        byte[] wrapping = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(wrapping);
        return new ClusterKeys(cluster, wrapping, Authority.make(cluster, now));
    }

    /** Those in a node's directory, if it has any. Throws {@code DENIED} where others on this server can read them. */
    public static Optional<ClusterKeys> in(Path data, ClusterId cluster) throws IOException {
        Path file = file(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        PrivateFile.requirePrivate(file);
        return Optional.of(parse(Files.readAllBytes(file), cluster));
    }

    /** Where they are in a node's directory. */
    public static Path file(Path data) {
        return data.resolve(FILE);
    }

    /** Reads the file; throws {@code CORRUPT} for anything else, and for that of another cluster. Never says what is in it. */
    public static ClusterKeys parse(byte[] file, ClusterId cluster) {
        try {
            Map<String, String> lines = lines(new String(file, StandardCharsets.US_ASCII));
            require(value(lines, "version").equals(VERSION), "it is of another version");
            require(ClusterId.parse(value(lines, "cluster")).equals(cluster), "it is of another cluster");
            byte[] wrapping = bytes(lines, "wrapping-key");
            require(wrapping.length == KEY_BYTES, "the wrapping key has not " + KEY_BYTES + " bytes");
            Authority authority = new Authority(
                    cluster,
                    Authority.certificate(bytes(lines, "authority-certificate")),
                    EllipticKeys.privateKey(bytes(lines, "authority-key")));
            return new ClusterKeys(cluster, wrapping, authority);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, FILE, "not the keys of this cluster: " + e.getMessage()), e);
        }
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

    /** The file as bytes. */
    public byte[] file() {
        try {
            return ("# The keys of a Trivet cluster. Whoever reads this can be any node of it and read its secrets.\n"
                            + line("version", VERSION)
                            + line("cluster", cluster.toString())
                            + line("wrapping-key", text(wrapping))
                            + line(
                                    "authority-certificate",
                                    text(authority.certificate().getEncoded()))
                            + line("authority-key", text(authority.key().getEncoded())))
                    .getBytes(StandardCharsets.US_ASCII);
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
        PrivateFile.write(file(data), file());
    }

    public Authority authority() {
        return authority;
    }

    /** Wraps a secret for the namespace to keep. */
    public byte[] wrap(String purpose, byte[] secret) {
        return new Seal(wrapping, WRAP).close(secret, purpose);
    }

    /** The secret; throws {@code CORRUPT} for anything that was not wrapped with these keys for this purpose. */
    public byte[] unwrap(String purpose, byte[] wrapped) {
        return new Seal(wrapping, WRAP).open(wrapped, purpose);
    }

    /** A key for one purpose and one occasion of it, which rests nowhere; it says nothing about these keys or about others. */
    public byte[] derive(String purpose, byte[]... occasion) {
        return Hmac.of(wrapping, "trivet derive " + purpose, occasion);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "keys of cluster " + cluster;
    }
}
