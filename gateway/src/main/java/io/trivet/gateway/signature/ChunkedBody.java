package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The bytes of a body that comes in pieces, {@code aws-chunked}: each with its length before it,
 * and a signature where the body is signed.
 *
 * <p>A piece is handed on while it arrives, and its signature is compared when it has ended: so
 * memory has no part in how long pieces are, and nobody may rely on the bytes before this says that
 * the body has ended. One thread.
 */
public final class ChunkedBody extends InputStream {
    /** A piece's head is at most 16 + 17 + 64 characters. */
    private static final int MAX_LINE = 256;

    private static final int MAX_TRAILER_BYTES = 8 << 10;
    private static final int BUFFER = 64 << 10;
    private static final String SIGNATURE = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final InputStream source;
    private final Optional<ChunkSignatures> signatures;
    private final boolean hasTrailer;
    private final long decodedLength;
    private final MessageDigest sha256 = CanonicalRequest.newSha256();
    private final Map<String, String> trailers = new TreeMap<>();
    private long seen;
    private long left;
    private String signature = "";
    private boolean inPiece;
    private boolean ended;

    /**
     * @param signatures empty for pieces that are not signed
     * @param decodedLength what the client says the pieces come to
     */
    public ChunkedBody(
            InputStream source, Optional<ChunkSignatures> signatures, boolean hasTrailer, long decodedLength) {
        this.source = new BufferedInputStream(source, BUFFER);
        this.signatures = signatures;
        this.hasTrailer = hasTrailer;
        this.decodedLength = decodedLength;
    }

    /** The headers after the last piece, by their names in lower case; complete when the body has ended. */
    public Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (left == 0 && !ended) {
            nextPiece();
        }
        if (ended) {
            return -1;
        }
        int some = source.read(bytes, offset, (int) Math.min(length, left));
        if (some < 0) {
            throw incomplete();
        }
        if (signatures.isPresent()) {
            sha256.update(bytes, offset, some);
        }
        left -= some;
        return some;
    }

    private void nextPiece() throws IOException {
        if (inPiece) {
            endPiece();
        }
        String line = line();
        int semicolon = line.indexOf(';');
        String digits = semicolon < 0 ? line : line.substring(0, semicolon);
        signature = semicolon < 0 ? "" : signatureOf(line.substring(semicolon));
        left = length(digits);
        inPiece = true;
        if (left > decodedLength - seen) {
            throw new S3Exception(
                    S3Error.INCOMPLETE_BODY, "The pieces are longer than x-amz-decoded-content-length says.");
        }
        seen += left;
        if (left == 0) {
            end();
        }
    }

    private static String signatureOf(String extension) {
        if (!extension.startsWith(SIGNATURE)) {
            throw malformed("A piece has an extension that is not known.");
        }
        return extension.substring(SIGNATURE.length());
    }

    private static long length(String digits) {
        try {
            if (digits.isEmpty() || digits.length() > 15 || !Character.isLetterOrDigit(digits.charAt(0))) {
                throw malformed("The length of a piece cannot be read.");
            }
            return Long.parseLong(digits, 16);
        } catch (NumberFormatException e) {
            throw new S3Exception(S3Error.INVALID_REQUEST, "The length of a piece cannot be read.", e);
        }
    }

    /** Of a piece with bytes. */
    private void endPiece() throws IOException {
        if (source.read() != '\r' || source.read() != '\n') {
            throw malformed("A piece is not followed by a line end.");
        }
        checkSignature();
        inPiece = false;
    }

    private void checkSignature() {
        if (signatures.isPresent()) {
            String hash = HexFormat.of().formatHex(sha256.digest());
            if (!SigningKey.same(signatures.get().next(hash), signature)) {
                throw new S3Exception(
                        S3Error.SIGNATURE_DOES_NOT_MATCH, "The signature of a piece of the body does not match.");
            }
        } else if (!signature.isEmpty()) {
            throw malformed("A piece has a signature, and the request says that it has none.");
        }
    }

    private void end() throws IOException {
        checkSignature();
        if (seen != decodedLength) {
            throw incomplete();
        }
        if (hasTrailer) {
            readTrailers();
        } else if (source.read() != '\r' || source.read() != '\n' || source.read() >= 0) {
            throw malformed("The last piece is not followed by a line end, and the end of the body.");
        }
        ended = true;
    }

    /**
     * To the end of the body: SDKs end these lines with a line feed or as HTTP does, and put empty
     * ones between them or not.
     */
    private void readTrailers() throws IOException {
        byte[] rest = source.readNBytes(MAX_TRAILER_BYTES + 1);
        if (rest.length > MAX_TRAILER_BYTES) {
            throw malformed("The headers after the last piece are too long.");
        }
        StringBuilder canonical = new StringBuilder();
        String trailerSignature = "";
        for (String line : new String(rest, StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (line.isEmpty()) {
                continue;
            }
            if (colon < 1 || !line.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw malformed("A header after the last piece cannot be read.");
            }
            String name = UriEncoding.lower(line.substring(0, colon).strip());
            String value = line.substring(colon + 1).strip();
            if (!trailerSignature.isEmpty()) {
                throw malformed("A header follows the signature of those after the last piece.");
            } else if (name.equals(TRAILER_SIGNATURE)) {
                trailerSignature = value;
            } else if (trailers.put(name, value) != null) {
                throw malformed("A header after the last piece is given twice.");
            } else {
                canonical.append(name).append(':').append(value).append('\n');
            }
        }
        checkTrailerSignature(canonical.toString(), trailerSignature);
    }

    private void checkTrailerSignature(String canonical, String given) {
        if (signatures.isPresent()) {
            String hash = CanonicalRequest.sha256(canonical.getBytes(StandardCharsets.UTF_8));
            if (!SigningKey.same(signatures.get().trailer(hash), given)) {
                throw new S3Exception(
                        S3Error.SIGNATURE_DOES_NOT_MATCH,
                        "The signature of the headers after the body does not match.");
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = source.read();
            if (c < 0) {
                throw incomplete();
            }
            if (c == '\r') {
                if (source.read() != '\n') {
                    throw malformed("A line of the body does not end as lines do.");
                }
                return line.toString();
            }
            if (line.length() >= MAX_LINE || c < ' ' || c > '~') {
                throw malformed("A line of the body cannot be read.");
            }
            line.append((char) c);
        }
    }

    private static S3Exception malformed(String why) {
        return new S3Exception(S3Error.INVALID_REQUEST, why);
    }

    private static S3Exception incomplete() {
        return new S3Exception(
                S3Error.INCOMPLETE_BODY, "The body has not as many bytes as x-amz-decoded-content-length says.");
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
