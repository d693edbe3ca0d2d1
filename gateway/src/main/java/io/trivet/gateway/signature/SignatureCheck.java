package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.SignedText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the signatures of requests. Any thread. */
public final class SignatureCheck {
    /** As AWS: a clock may differ by so much. */
    static final Duration SKEW = Duration.ofMinutes(15);

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    private final SigningKeys keys;
    private final InstantSource clock;

    public SignatureCheck(SigningKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Throws {@link S3Exception} for a request that is not signed, or not by a user, or not now.
     *
     * @param client the host that it comes from
     */
    public Verified verify(RequestHead head, String client) {
        Authorization said = Authorization.of(head)
                .orElseThrow(() -> new S3Exception(
                        S3Error.ACCESS_DENIED, "The request is not signed, and nothing is open to everybody."));
        requireCovered(head, said);
        requireInTime(said);
        Payload payload = payload(head, said);
        SigningKey key = keys.of(signed(head, said, payload), client);
        return new Verified(
                said.accessKey(),
                payload,
                payload instanceof Payload.Chunked chunked && chunked.signed()
                        ? Optional.of(new ChunkSignatures(
                                key, SignatureTime.text(said.time()), said.scope(), said.signature()))
                        : Optional.empty());
    }

    /**
     * The path is signed as it was sent. A client that leaves characters as they are, and signs
     * them encoded, means the same key: both forms decode to one path.
     */
    private static SignedText signed(RequestHead head, Authorization said, Payload payload) {
        String encoded = UriEncoding.encodePath(UriEncoding.decodePath(head.path()));
        List<String> paths = encoded.equals(head.path()) ? List.of(encoded) : List.of(head.path(), encoded);
        List<String> texts = paths.stream()
                .map(path -> CanonicalRequest.text(head, path, said.signedHeaders(), payload.text()))
                .map(canonical ->
                        CanonicalRequest.stringToSign(SignatureTime.text(said.time()), said.scope(), canonical))
                .toList();
        try {
            return new SignedText(said.accessKey(), texts, said.signature());
        } catch (TrivetException e) {
            throw new S3Exception(
                    S3Error.INVALID_ACCESS_KEY_ID, "There is no user with this access key: " + said.accessKey(), e);
        }
    }

    /** What S3 acts upon must be signed: the host, and each of its own headers. */
    private static void requireCovered(RequestHead head, Authorization said) {
        if (!said.signedHeaders().contains("host")) {
            throw new S3Exception(S3Error.ACCESS_DENIED, "The header host must be signed.");
        }
        for (String name : said.signedHeaders()) {
            if (!head.headers().containsKey(name)) {
                throw new S3Exception(S3Error.ACCESS_DENIED, "A header that was signed is not there: " + name);
            }
        }
        for (String name : head.headers().keySet()) {
            if (name.startsWith("x-amz-") && !said.signedHeaders().contains(name)) {
                throw new S3Exception(S3Error.ACCESS_DENIED, "A header of the request was not signed: " + name);
            }
        }
    }

    private void requireInTime(Authorization said) {
        Instant now = clock.instant();
        if (said.validFor().isPresent()) {
            if (now.isBefore(said.time().minus(SKEW))) {
                throw new S3Exception(S3Error.ACCESS_DENIED, "The request is not valid yet.");
            }
            if (now.isAfter(said.time().plus(said.validFor().get()))) {
                throw new S3Exception(S3Error.ACCESS_DENIED, "The request has expired.");
            }
        } else if (Duration.between(said.time(), now).abs().compareTo(SKEW) > 0) {
            throw new S3Exception(
                    S3Error.REQUEST_TIME_TOO_SKEWED,
                    "The time of the request and that of the server, " + SignatureTime.text(now)
                            + ", are more than 15 minutes apart.");
        }
    }

    private static Payload payload(RequestHead head, Authorization said) {
        Optional<String> value = head.header(Payload.HEADER)
                .or(() -> said.isPresigned()
                        ? head.query().value("X-Amz-Content-Sha256").or(() -> Optional.of(Payload.Unsigned.TEXT))
                        : Optional.empty());
        Payload payload = Payload.parse(value.orElseThrow(() ->
                new S3Exception(S3Error.INVALID_REQUEST, "A signed request needs the header x-amz-content-sha256.")));
        if (payload instanceof Payload.Chunked && WITHOUT_BODY.contains(head.method())) {
            throw new S3Exception(S3Error.INVALID_REQUEST, "This request has no body that could come in pieces.");
        }
        return payload;
    }
}
