package io.trivet.authority;

import io.trivet.file.AtomicFile;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Credentials;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node's current certificate, kept on disk. Any thread. */
public final class NodeCertificate {
    private static final String FILE = "certificate";
    private static final String LABEL = "CERTIFICATE";
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN [^-]*-----[^-]*-----END [^-]*-----\\n?");

    /** The certificate is renewed when one in so many parts of its life is left. */
    private static final int LAST_PART = 3;

    private final Path data;
    private final NodeKey key;
    private volatile Credentials current;

    private NodeCertificate(Path data, NodeKey key, Credentials current) {
        this.data = data;
        this.key = key;
        this.current = current;
    }

    /**
     * Takes the first certificate of a node. Durable on return. Throws {@code BAD_REQUEST} unless
     * it is for this key and of this authority.
     */
    public static NodeCertificate first(Path data, NodeKey key, TrustSettings.Authority authority, List<byte[]> chain)
            throws IOException {
        Credentials credentials = credentials(key, chain);
        requireSigned(credentials, authority);
        NodeCertificate made = new NodeCertificate(data, key, credentials);
        made.keep();
        return made;
    }

    /**
     * The certificate in a node's directory. Its authority may have been replaced since; the caller
     * decides whether to trust it. Throws {@code CORRUPT} if the file is damaged.
     */
    public static NodeCertificate in(Path data, NodeKey key) throws IOException {
        Path file = data.resolve(FILE);
        try {
            Matcher blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            List<byte[]> chain = blocks.results()
                    .map(block -> PemText.content(LABEL, block.group()))
                    .toList();
            return new NodeCertificate(data, key, credentials(key, chain));
        } catch (IllegalArgumentException e) {
            throw DamagedCredentials.of(file, e.getMessage(), e);
        }
    }

    private static Credentials credentials(NodeKey key, List<byte[]> chain) {
        List<X509Certificate> certificates =
                chain.stream().map(Authority::certificate).toList();
        Credentials credentials = new Credentials(key.privateKey(), certificates);
        if (!credentials.certificate().getPublicKey().equals(key.publicKey())) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "a certificate for another key");
        }
        return credentials;
    }

    private static void requireSigned(Credentials credentials, TrustSettings.Authority authority) {
        if (!authority.believes(credentials.authority().getPublicKey(), (_, _) -> true)) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "a certificate of another authority");
        }
    }

    /** Whether this authority issued it. */
    public boolean isOf(TrustSettings.Authority authority) {
        return TrustSettings.Authority.of(current.authority().getPublicKey()).isSame(authority);
    }

    /** The certificate to show now. */
    public Credentials current() {
        return current;
    }

    public Instant from() {
        return current.certificate().getNotBefore().toInstant();
    }

    public Instant until() {
        return current.certificate().getNotAfter().toInstant();
    }

    /**
     * Whether to renew it now: long before its end, so that there is time for retries; also if its
     * validity has not begun, because it was made by a wrong clock.
     */
    public boolean isDue(Instant now) {
        Duration last = Duration.between(from(), until()).dividedBy(LAST_PART);
        return now.isBefore(from()) || now.isAfter(until().minus(last));
    }

    /** Replaces the certificate from the next handshake on. Durable on return. */
    public void renew(List<byte[]> chain, TrustSettings.Authority authority) throws IOException {
        Credentials next = credentials(key, chain);
        requireSigned(next, authority);
        current = next;
        keep();
    }

    private void keep() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : current.chain()) {
                text.append(PemText.block(LABEL, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
        AtomicFile.writePrivate(data.resolve(FILE), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public NodeKey key() {
        return key;
    }
}
