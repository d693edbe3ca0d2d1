package io.trivet.gateway.checksum;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The bytes of a body, whose checksums and length are compared with what the client said when the
 * body ends: the read that would say so throws where they differ. So who reads to the end without an
 * exception has what was sent. One thread.
 */
public final class CheckedBody extends InputStream {
    private static final int MD5_BYTES = 16;

    private final InputStream source;
    private final long length;
    private final List<Expected> expected = new ArrayList<>();
    private long seen;
    private boolean ended;

    /** What all bytes must come to; {@code value} may be known only when they have passed. */
    private record Expected(
            String name, S3Error otherwise, RunningChecksum running, Supplier<Optional<byte[]>> value) {}

    /** {@code length} is what the client says. */
    public CheckedBody(InputStream source, long length) {
        this.source = source;
        this.length = length;
    }

    /** Compares with {@code Content-MD5}. Throws {@code InvalidDigest} for what is none. */
    public void expectMd5(String base64) {
        byte[] value = decoded(base64, MD5_BYTES)
                .orElseThrow(() -> new S3Exception(S3Error.INVALID_DIGEST, "The Content-MD5 is not valid."));
        expected.add(
                new Expected("Content-MD5", S3Error.BAD_DIGEST, ChecksumAlgorithm.md5(), () -> Optional.of(value)));
    }

    /** Compares with the hash that the signature covers; 64 hexadecimal digits. */
    public void expectSha256(String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        expected.add(new Expected(
                "x-amz-content-sha256",
                S3Error.CONTENT_SHA256_MISMATCH,
                ChecksumAlgorithm.SHA256.begin(),
                () -> Optional.of(value)));
    }

    /** Compares with a header. Throws {@code InvalidRequest} for what cannot be its value. */
    public void expect(ChecksumAlgorithm algorithm, String base64) {
        byte[] value = decoded(base64, algorithm.bytes()).orElseThrow(() -> invalid(algorithm));
        expected.add(new Expected(algorithm.header(), S3Error.BAD_DIGEST, algorithm.begin(), () -> Optional.of(value)));
    }

    /**
     * Compares with a header that follows the body, and must.
     *
     * @param given is told it when the body has ended
     */
    public void expectTrailer(ChecksumAlgorithm algorithm, Map<String, String> trailers, Consumer<String> given) {
        expected.add(new Expected(
                algorithm.header(),
                S3Error.BAD_DIGEST,
                algorithm.begin(),
                () -> Optional.ofNullable(trailers.get(algorithm.header())).map(base64 -> {
                    given.accept(base64);
                    return decoded(base64, algorithm.bytes()).orElseThrow(() -> invalid(algorithm));
                })));
    }

    private static S3Exception invalid(ChecksumAlgorithm algorithm) {
        return new S3Exception(S3Error.INVALID_REQUEST, "Value for " + algorithm.header() + " header is invalid.");
    }

    private static Optional<byte[]> decoded(String base64, int bytes) {
        try {
            byte[] value = Base64.getDecoder().decode(base64);
            return value.length == bytes ? Optional.of(value) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        if (ended) {
            return -1;
        }
        int some = source.read(bytes, offset, wanted);
        if (some < 0) {
            end();
            return -1;
        }
        for (Expected each : expected) {
            each.running.update(bytes, offset, some);
        }
        seen += some;
        if (seen > length) {
            throw wrongLength();
        }
        return some;
    }

    private void end() {
        if (seen != length) {
            throw wrongLength();
        }
        Map<String, S3Exception> failures = new TreeMap<>();
        for (Expected each : expected) {
            byte[] found = each.running.finish();
            Optional<byte[]> value = each.value.get();
            if (value.isEmpty()) {
                failures.put(
                        each.name,
                        new S3Exception(
                                S3Error.INVALID_REQUEST, "The header " + each.name + " was announced and is missing."));
            } else if (!java.security.MessageDigest.isEqual(found, value.get())) {
                failures.put(
                        each.name,
                        new S3Exception(
                                each.otherwise,
                                "The " + each.name + " that was given does not match what was received."));
            }
        }
        if (!failures.isEmpty()) {
            throw failures.values().iterator().next();
        }
        ended = true;
    }

    private static S3Exception wrongLength() {
        return new S3Exception(S3Error.INCOMPLETE_BODY, "The body has not as many bytes as its length says.");
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
