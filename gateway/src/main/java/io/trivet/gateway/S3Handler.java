package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.RequestHead;
import io.trivet.gateway.signature.SignatureCheck;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.signature.Verified;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a request apart, checks its signature before anything of its body is read, and has it done. */
final class S3Handler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(S3Handler.class);

    private final SignatureCheck signatures;
    private final Callers callers;
    private final Operations operations;
    private final RequestCounts counts;
    private final UploadMemory memory;

    S3Handler(GatewayOptions options, SignatureCheck signatures, Callers callers, RequestCounts counts) {
        this.counts = counts;
        this.signatures = signatures;
        this.callers = callers;
        this.memory = new UploadMemory(options.limits().uploadMemory());
        this.operations = new Operations(options, memory);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        RequestId id = RequestId.random();
        long begun = System.nanoTime();
        try (RequestId.Scope _ = RequestId.within(id)) {
            response.getHeaders().put("x-amz-request-id", id.toString());
            response.getHeaders().put(HttpHeader.SERVER, "Trivet");
            serve(request, response);
            counts.answered(request.getMethod(), path(request), System.nanoTime() - begun);
            callback.succeeded();
        } catch (Exception e) {
            S3Exception failure = failure(e);
            counts.failed(request.getMethod(), path(request), failure.error(), System.nanoTime() - begun);
            fail(request, response, callback, id, failure, e);
        } catch (Error e) { // Jetty answers 500, and nobody would know why
            LOG.error("{} {} failed, request {}", request.getMethod(), path(request), id, e);
            throw e;
        }
        return true;
    }

    private void serve(Request request, Response response) throws IOException {
        RequestHead head = head(request);
        String path = UriEncoding.decodePath(head.path());
        if (!path.startsWith("/")) {
            throw new S3Exception(S3Error.INVALID_URI, "The path of a request begins with a slash.");
        }
        Verified verified = signatures.verify(head, Request.getRemoteAddr(request));
        try (Callers.Caller caller = callers.of(verified.accessKey());
                Exchange exchange = new Exchange(request, response, head, verified, caller.client(), memory)) {
            try {
                serve(exchange, path);
            } catch (TrivetException | S3Exception e) {
                if (isOfTheLogin(e) || isOfTheLogin(e.getCause())) {
                    caller.refused();
                }
                throw e;
            }
        }
    }

    private void serve(Exchange exchange, String path) throws IOException {
        int slash = path.indexOf('/', 1);
        String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        if (bucket.isEmpty()) {
            operations.service(exchange);
        } else if (key.isEmpty()) {
            operations.bucket(exchange, new BucketName(bucket));
        } else {
            operations.object(exchange, new BucketName(bucket), key);
        }
    }

    private static boolean isOfTheLogin(@Nullable Throwable failure) {
        return failure instanceof TrivetException e
                && (e.kind() == Refusal.Kind.NOT_LOGGED_IN || e.kind() == Refusal.Kind.DENIED);
    }

    private static RequestHead head(Request request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.merge(
                    field.getName(),
                    List.of(field.getValue() == null ? "" : text(field.getValue())),
                    (one, other) -> java.util.stream.Stream.concat(one.stream(), other.stream())
                            .toList());
        }
        String query = request.getHttpURI().getQuery();
        return new RequestHead(request.getMethod(), path(request), Query.parse(query == null ? "" : query), headers);
    }

    private static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null ? "/" : path;
    }

    /**
     * A client signs text beyond ASCII as UTF-8. Where it sent that, Jetty gives a character for
     * each of its bytes.
     */
    private static String text(String value) {
        if (value.chars().allMatch(c -> c < 0x80) || value.chars().anyMatch(c -> c > 0xff)) {
            return value;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException _) {
            return value; // it was sent as it is
        }
    }

    private static S3Exception failure(Exception e) {
        return switch (e) {
            case S3Exception known -> known;
            case TrivetException refused -> Failures.of(refused);
            case IOException broken ->
                new S3Exception(S3Error.INCOMPLETE_BODY, "The connection ended within the request.", broken);
            default -> new S3Exception(S3Error.INTERNAL_ERROR, "We encountered an internal error.", e);
        };
    }

    private static void fail(
            Request request, Response response, Callback callback, RequestId id, S3Exception failure, Exception e) {
        if (failure.error().status() >= 500) {
            LOG.warn(
                    "{} {} failed, request {}",
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    id,
                    e);
        }
        if (response.isCommitted()) {
            callback.failed(e); // what was begun is cut off: a client must not take it for the whole
            return;
        }
        response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
        if (failure.error() != S3Error.NOT_MODIFIED) {
            response.getHeaders().remove(HttpHeader.ETAG).remove(HttpHeader.LAST_MODIFIED);
        }
        response.setStatus(failure.error().status());
        if (request.getMethod().equals("HEAD") || failure.error() == S3Error.NOT_MODIFIED) {
            callback.succeeded();
            return;
        }
        byte[] document = XmlDocument.plain(
                "Error",
                error -> error.element("Code", failure.error().code())
                        .element("Message", failure.sentence())
                        .element("Resource", request.getHttpURI().getPath())
                        .element("RequestId", id));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/xml");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length);
        response.write(true, ByteBuffer.wrap(document), callback);
    }
}
