package io.trivet.authority;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Credentials;
import io.trivet.wire.Trust;
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

/** What a node proves itself with at the moment, kept on disk. Any thread. */
public final class NodeCertificate {
    private static final String FILE = "certificate";
    private static final String LABEL = "CERTIFICATE";
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN [^-]*-----[^-]*-----END [^-]*-----\\n?");

    /** It is to be renewed when only so much of its time is left: one part of this. */
    private static final int LAST_PART = 3;

    private final Path data;
    private final NodeKey key;
    private volatile Credentials current;

    private NodeCertificate(Path data, NodeKey key, Credentials current) {
        this.data = data;
        this.key = key;
        this.current = current;
    }

    /** Takes the first certificate of a node. Durable on return. Throws {@code BAD_REQUEST} for one that is not for this key and of this authority. */
    public static NodeCertificate first(Path data, NodeKey key, Trust.Authority authority, List<byte[]> chain)
            throws IOException {
        NodeCertificate made = new NodeCertificate(data, key, credentials(key, authority, chain));
        made.keep();
        return made;
    }

    /** The certificate in a node's directory. */
    public static NodeCertificate in(Path data, NodeKey key, Trust.Authority authority) throws IOException {
        Path file = data.resolve(FILE);
        try {
            Matcher blocks = BLOCK.matcher(Files.readString(file));
            List<byte[]> chain = blocks.results()
                    .map(block -> Pem.content(LABEL, block.group()))
                    .toList();
            return new NodeCertificate(data, key, credentials(key, authority, chain));
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(Refusal.Kind.CORRUPT, file.toString(), "it is damaged: " + e.getMessage()), e);
        }
    }

    private static Credentials credentials(NodeKey key, Trust.Authority authority, List<byte[]> chain) {
        List<X509Certificate> certificates =
                chain.stream().map(Authority::certificate).toList();
        Credentials credentials = new Credentials(key.privateKey(), certificates);
        if (!credentials.certificate().getPublicKey().equals(key.publicKey())
                || !Trust.Authority.of(credentials.authority().getPublicKey()).equals(authority)) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a certificate for another key, or of another authority");
        }
        return credentials;
    }

    /** What to show now. */
    public Credentials current() {
        return current;
    }

    public Instant until() {
        return current.certificate().getNotAfter().toInstant();
    }

    /** Whether it is time for the next one: long before the end, so that there are many tries. */
    public boolean isDue(Instant now) {
        Instant from = current.certificate().getNotBefore().toInstant();
        Duration last = Duration.between(from, until()).dividedBy(LAST_PART);
        return now.isAfter(until().minus(last));
    }

    /** Shows this one from the next handshake on. Durable on return. */
    public void renew(List<byte[]> chain) throws IOException {
        current = credentials(key, Trust.Authority.of(current.authority().getPublicKey()), chain);
        keep();
    }

    private void keep() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : current.chain()) {
                text.append(Pem.block(LABEL, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
        PrivateFile.write(data.resolve(FILE), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public NodeKey key() {
        return key;
    }
}
