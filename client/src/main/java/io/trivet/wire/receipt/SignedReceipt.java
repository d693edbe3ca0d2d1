package io.trivet.wire.receipt;

import io.trivet.model.NodeId;
import io.trivet.model.Sha256;
import io.trivet.wire.credentials.AuthorityCheck;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.CertifiedNode;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.ReceiptHead;
import io.trivet.wire.protocol.Reply;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;

/**
 * A receipt as a file: a {@link ReceiptHead}, then each {@link NodeStatement} with its node's
 * certificates and signature, then a checksum of everything, so that any changed byte is detected.
 *
 * <pre>
 *   ...                          the head
 *   stored n1 2026-... 1 2
 *     certificate BASE64         X.509, the node's
 *     authority BASE64           X.509, the authority's that signed it
 *     signature BASE64           SHA256withECDSA of the head and the line
 *   end HEX                      SHA-256 of all before this line
 * </pre>
 */
public record SignedReceipt(ReceiptHead head, List<Signed> signed) {
    /** The most bytes of a receipt. */
    public static final int MAX_BYTES = 4 << 20;

    private static final String END = "end ";

    public SignedReceipt {
        signed = List.copyOf(signed);
    }

    /**
     * A statement and the node that made it.
     *
     * @param chain the node's certificate, then the authority's
     */
    public record Signed(NodeStatement line, List<X509Certificate> chain, byte[] signature) {
        public Signed {
            chain = List.copyOf(chain);
        }

        /** From a node's answer. Throws {@link IllegalArgumentException} if it is not valid. */
        public static Signed of(Reply.Signed reply) {
            return new Signed(
                    NodeStatement.parse(reply.line()),
                    reply.chain().stream().map(SignedReceipt::certificate).toList(),
                    reply.signature());
        }

        private String text() {
            try {
                return line.text() + "\n"
                        + field("certificate", chain.getFirst().getEncoded())
                        + field("authority", chain.getLast().getEncoded())
                        + field("signature", signature);
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that cannot be written", e);
            }
        }
    }

    public String text() {
        StringBuilder text = new StringBuilder(head.text());
        signed.forEach(each -> text.append(each.text()));
        return text + END + Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)) + "\n";
    }

    /**
     * Reads exactly what {@link #text} writes; does not verify signatures. Throws {@link
     * IllegalArgumentException}.
     */
    public static SignedReceipt parse(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        try {
            SignedReceipt receipt = read(text);
            if (!Arrays.equals(receipt.text().getBytes(StandardCharsets.UTF_8), file)) {
                throw new IllegalArgumentException("it was changed: it is not as a receipt is written");
            }
            return receipt;
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
    }

    private static SignedReceipt read(String text) {
        List<String> lines = text.lines().toList();
        int head = 0;
        while (head < lines.size() && !lines.get(head).matches("(committed|stored|end) .*")) {
            head++;
        }
        String first = String.join("\n", lines.subList(0, head)) + "\n";
        ReceiptHead read = ReceiptHead.parse(first);
        List<Signed> signed = new ArrayList<>();
        Iterator<String> rest = lines.subList(head, lines.size()).iterator();
        for (String line = rest.next(); !line.startsWith(END); line = rest.next()) {
            signed.add(new Signed(
                    NodeStatement.parse(line),
                    List.of(
                            certificate(bytes(rest.next(), "certificate")),
                            certificate(bytes(rest.next(), "authority"))),
                    bytes(rest.next(), "signature")));
        }
        return new SignedReceipt(read, signed);
    }

    private static String field(String name, byte[] bytes) {
        return "  " + name + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
    }

    private static byte[] bytes(String line, String name) {
        String key = "  " + name + " ";
        if (!line.startsWith(key)) {
            throw new IllegalArgumentException("a line with the " + name + " is missing");
        }
        return Base64.getDecoder().decode(line.substring(key.length()));
    }

    private static X509Certificate certificate(byte[] bytes) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("no certificate: " + e.getMessage(), e);
        }
    }

    /**
     * Verifies all signatures. Throws {@link IllegalArgumentException} unless a node of the
     * receipt's cluster signed each line, this authority signed its certificate, the certificate
     * was valid at the line's time, one line says that the file is committed, and at least one node
     * read each chunk back, if there are chunks.
     */
    public void requireSignedUnder(TrustSettings.Authority authority) {
        for (Signed each : signed) {
            require(each, authority);
        }
        if (signed.stream().noneMatch(each -> each.line().isCommit())) {
            throw new IllegalArgumentException("nobody says that the file was committed");
        }
        if (!head.chunks().isEmpty() && replicas() == 0) {
            throw new IllegalArgumentException("not every chunk was read back by a node");
        }
    }

    private void require(Signed each, TrustSettings.Authority authority) {
        String who = each.line().node() + ": ";
        try {
            X509Certificate signer = each.chain().getLast();
            signer.verify(signer.getPublicKey());
            CertificateTime then =
                    (from, until) -> CertificateTime.isBetween(each.line().time(), from, until);
            new AuthorityCheck(() -> authority, then, () -> {})
                    .checkServerTrusted(each.chain().toArray(X509Certificate[]::new), "");
            CertifiedNode node = CertifiedNode.of(each.chain().getFirst());
            if (!node.cluster().equals(head.cluster())
                    || !node.node().equals(each.line().node())) {
                throw new IllegalArgumentException(
                        who + "the certificate is of " + node.node() + " of cluster " + node.cluster());
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(who + e.getMessage(), e);
        }
        if (!each.line().isSignedBy(each.chain().getFirst().getPublicKey(), head, each.signature())) {
            throw new IllegalArgumentException(who + "it did not sign this");
        }
    }

    /** The smallest number of nodes that have read a chunk back; 0 if the file has no chunk. */
    public int replicas() {
        if (head.chunks().isEmpty()) {
            return 0;
        }
        int fewest = Integer.MAX_VALUE;
        for (int number = 1; number <= head.chunks().size(); number++) {
            Set<NodeId> nodes = new HashSet<>();
            for (Signed each : signed) {
                if (each.line().stored().contains(number)) {
                    nodes.add(each.line().node());
                }
            }
            fewest = Math.min(fewest, nodes.size());
        }
        return fewest;
    }

    /**
     * When the leader stated that the file is committed, by its clock. Throws {@link
     * NoSuchElementException} if no leader did.
     */
    public Instant committed() {
        return signed.stream()
                .map(Signed::line)
                .filter(NodeStatement::isCommit)
                .map(NodeStatement::time)
                .findFirst()
                .orElseThrow();
    }

    /** The nodes that signed. */
    public Set<NodeId> signers() {
        Set<NodeId> nodes = new TreeSet<>();
        signed.forEach(each -> nodes.add(each.line().node()));
        return nodes;
    }
}
