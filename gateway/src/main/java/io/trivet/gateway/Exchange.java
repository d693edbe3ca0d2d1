package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.ObjectSums.GivenChecksum;
import io.trivet.gateway.checksum.CheckedBody;
import io.trivet.gateway.checksum.ChecksumAlgorithm;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.signature.ChunkedBody;
import io.trivet.gateway.signature.Payload;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.RequestHead;
import io.trivet.gateway.signature.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** One request of a user whose signature was checked, and its answer. One thread. */
final class Exchange implements AutoCloseable {
    /** Lists of keys to delete and of parts to join are the longest documents. */
    static final int MAX_DOCUMENT = 4 << 20;

    /** A document of elements that are short takes so much more than its bytes. */
    private static final int MEMORY_OF_A_BYTE = 8;

    private static final String XML = "application/xml";

    private final Request request;
    private final Response response;
    private final RequestHead head;
    private final Verified verified;
    private final TrivetClient client;
    private final UploadMemory memory;
    private @Nullable OutputStream output;
    private Optional<GivenChecksum> trailing = Optional.empty();

    /** For the client's document, and what is made of it. */
    private UploadMemory.@Nullable Part taken;

    Exchange(
            Request request,
            Response response,
            RequestHead head,
            Verified verified,
            TrivetClient client,
            UploadMemory memory) {
        this.memory = memory;
        this.request = request;
        this.response = response;
        this.head = head;
        this.verified = verified;
        this.client = client;
    }

    TrivetClient client() {
        return client;
    }

    String accessKey() {
        return verified.accessKey();
    }

    RequestHead head() {
        return head;
    }

    Query query() {
        return head.query();
    }

    Optional<String> header(String name) {
        return head.header(name);
    }

    /** How many bytes the body has when it is decoded. Throws {@code MissingContentLength}. */
    long bodyLength() {
        Optional<String> said = verified.payload() instanceof Payload.Chunked
                ? header("x-amz-decoded-content-length")
                : header("content-length");
        try {
            long length = Long.parseLong(said.orElse(""));
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException _) {
            // as if it were not there
        }
        throw new S3Exception(
                S3Error.MISSING_CONTENT_LENGTH, "You must provide the length of the body, decoded, in a header.");
    }

    /** The same, 0 where nothing says that there is a body. */
    long bodyLengthOrZero() {
        return header("content-length").isEmpty() ? 0 : bodyLength();
    }

    /**
     * The body, decoded; whoever reads it to its end without an exception has what was signed and
     * what the client's checksums are of.
     */
    CheckedBody body() {
        return body(true);
    }

    private CheckedBody body(boolean summed) {
        long length = bodyLength();
        InputStream raw = Content.Source.asInputStream(request);
        CheckedBody body;
        Optional<ChecksumAlgorithm> announced = Optional.empty();
        switch (verified.payload()) {
            case Payload.Hashed(String sha256) -> {
                body = new CheckedBody(raw, length);
                body.expectSha256(sha256);
            }
            case Payload.Unsigned _ -> body = new CheckedBody(raw, length);
            case Payload.Chunked chunked -> {
                ChunkedBody chunks = new ChunkedBody(raw, verified.chunkSignatures(), chunked.trailer(), length);
                body = new CheckedBody(chunks, length);
                announced = header("x-amz-trailer").map(Exchange::trailingChecksum);
                if (announced.isPresent() && !chunked.trailer()) {
                    throw new S3Exception(
                            S3Error.INVALID_REQUEST,
                            "A trailer is announced, and the body is not of a kind that has one.");
                }
                announced.ifPresent(algorithm -> body.expectTrailer(
                        algorithm,
                        chunks.trailers(),
                        value -> trailing = Optional.of(new GivenChecksum(algorithm, value))));
            }
        }
        header("content-md5").ifPresent(body::expectMd5);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (summed && announced.filter(algorithm::equals).isEmpty()) {
                header(algorithm.header()).ifPresent(value -> body.expect(algorithm, value));
            }
        }
        return body;
    }

    private static ChecksumAlgorithm trailingChecksum(String name) {
        return Arrays.stream(ChecksumAlgorithm.values())
                .filter(algorithm -> algorithm.header().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new S3Exception(
                        S3Error.INVALID_REQUEST, "The value specified in the x-amz-trailer header is not supported."));
    }

    /**
     * The checksum that came with the body, in a header or a trailer; to be asked for when the body
     * has ended, which is when it was compared.
     */
    Optional<GivenChecksum> givenChecksum() {
        if (trailing.isPresent()) {
            return trailing;
        }
        return Arrays.stream(ChecksumAlgorithm.values())
                .flatMap(algorithm -> header(algorithm.header()).stream()
                        .filter(value -> !value.contains("-"))
                        .map(value -> new GivenChecksum(algorithm, value)))
                .findFirst();
    }

    /** A document of the client's, whole. Throws {@code EntityTooLarge}. */
    byte[] document() throws IOException {
        return document(true);
    }

    /** The same where checksums in headers are of something else. */
    byte[] documentWithoutSums() throws IOException {
        return document(false);
    }

    private byte[] document(boolean summed) throws IOException {
        if (bodyLength() > MAX_DOCUMENT) {
            throw new S3Exception(S3Error.ENTITY_TOO_LARGE, "The document is longer than " + MAX_DOCUMENT + " bytes.");
        }
        if (taken == null) {
            taken = memory.take(bodyLength() * MEMORY_OF_A_BYTE);
        }
        return body(summed).readAllBytes();
    }

    /** A header of the answer. */
    Exchange with(String name, String value) {
        response.getHeaders().put(name, value);
        return this;
    }

    /** An answer that has no body. */
    void empty(int status) {
        response.setStatus(status);
        if (status != 204 && status != 304) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        }
    }

    /** A document as the answer. */
    void document(byte[] document) throws IOException {
        document(200, document);
    }

    private void document(int status, byte[] document) throws IOException {
        response.setStatus(status);
        with("Content-Type", XML);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length);
        if (!head.method().equals("HEAD")) {
            try (OutputStream out = stream()) {
                out.write(document);
            }
        }
    }

    /** Headers of an answer whose body is written to {@link #stream}, or left out for HEAD. */
    void begin(int status, long length) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    }

    /** Headers of a document whose length is not known yet. */
    void beginDocument() {
        response.setStatus(200);
        with("Content-Type", XML);
    }

    OutputStream stream() {
        OutputStream known = output;
        if (known == null) {
            known = Content.Sink.asOutputStream(response);
            output = known;
        }
        return known;
    }

    /** What the request says in headers that begin so, without that. */
    Map<String, List<String>> headersThatBegin(String prefix) {
        Map<String, List<String>> found = new java.util.TreeMap<>();
        head.headers().forEach((name, values) -> {
            if (name.startsWith(prefix)) {
                found.put(name, values);
            }
        });
        return found;
    }

    @Override
    public void close() {
        UploadMemory.Part held = taken;
        if (held != null) {
            held.close();
        }
    }
}
