package io.trivet.wire.receipt;

import io.trivet.model.NodeId;
import io.trivet.wire.credentials.Credentials;
import io.trivet.wire.protocol.ReceiptHead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one node states about the file of a {@link ReceiptHead}, at a time by its own clock.
 *
 * <pre>
 *   committed n0 2026-11-29T02:00:00Z         the leader: the namespace has the file under that path
 *   stored n1 2026-11-29T02:00:00Z 1 2 3      a holder: it has read these chunks back from its disk, and they have these hashes
 * </pre>
 *
 * @param stored the numbers of the chunks, in order; empty in a {@code committed} line
 */
public record NodeStatement(NodeId node, Instant time, List<Integer> stored) {
    private static final Pattern LINE =
            Pattern.compile("(committed|stored) (n[0-9]{1,9}) ([0-9T:-]{19}Z)((?: [0-9]{1,9})*)");
    private static final String ALGORITHM = "SHA256withECDSA";
    private static final String LABEL = "trivet receipt signature\n";

    public NodeStatement {
        stored = List.copyOf(stored);
        time = Instant.ofEpochSecond(time.getEpochSecond());
    }

    public boolean isCommit() {
        return stored.isEmpty();
    }

    public String text() {
        StringBuilder text = new StringBuilder((isCommit() ? "committed " : "stored ") + node + " " + time);
        stored.forEach(number -> text.append(' ').append(number));
        return text.toString();
    }

    /** Throws {@link IllegalArgumentException} for anything that {@link #text} does not write. */
    public static NodeStatement parse(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new IllegalArgumentException("not a line of a receipt");
        }
        List<Integer> stored = new ArrayList<>();
        for (String number : line.group(4).strip().split(" ", -1)) {
            if (!number.isEmpty()) {
                stored.add(Integer.parseInt(number));
            }
        }
        try {
            NodeStatement read = new NodeStatement(NodeId.parse(line.group(2)), Instant.parse(line.group(3)), stored);
            if (!read.text().equals(text)) {
                throw new IllegalArgumentException("not as a line of a receipt is written");
            }
            return read;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("no time: " + line.group(3), e);
        }
    }

    /** Signs the head and this line. */
    public byte[] signed(ReceiptHead head, Credentials credentials) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(credentials.key());
            signature.update(said(head));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a node's key cannot sign", e);
        }
    }

    boolean isSignedBy(PublicKey key, ReceiptHead head, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(said(head));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private byte[] said(ReceiptHead head) {
        return (LABEL + head.text() + text() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
