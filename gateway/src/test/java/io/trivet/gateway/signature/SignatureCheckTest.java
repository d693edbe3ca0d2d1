package io.trivet.gateway.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The examples of AWS's documentation, requests that botocore signed, and what strangers may try. */
class SignatureCheckTest {
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final Instant DAY = Instant.parse("2013-05-24T00:00:00Z");
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String HOST = "examplebucket.s3.amazonaws.com";

    private static SignatureCheck at(Instant now) {
        return new SignatureCheck(
                SigningKeys.ofSecrets(user -> user.equals(KEY)
                        ? Optional.of(SECRET)
                        : user.equals("alice")
                                ? Optional.of("0123456789abcdefghijABCDEFGHIJ-_klmnopqr")
                                : Optional.empty()),
                () -> now);
    }

    private static Verified verify(SignatureCheck check, RequestHead head) {
        return check.verify(head, "192.0.2.7");
    }

    private static RequestHead head(String method, String path, String query, Map<String, String> headers) {
        Map<String, List<String>> values = new HashMap<>();
        headers.forEach((name, value) -> values.put(name, List.of(value)));
        return new RequestHead(method, path, Query.parse(query), values);
    }

    private static String authorization(String signedHeaders, String signature) {
        return "AWS4-HMAC-SHA256 Credential=" + KEY + "/20130524/us-east-1/s3/aws4_request,SignedHeaders="
                + signedHeaders + ",Signature=" + signature;
    }

    private static RequestHead getObject(Map<String, String> changes) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "Host",
                HOST,
                "Range",
                "bytes=0-9",
                "x-amz-content-sha256",
                EMPTY,
                "x-amz-date",
                "20130524T000000Z",
                "Authorization",
                authorization(
                        "host;range;x-amz-content-sha256;x-amz-date",
                        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")));
        headers.putAll(changes);
        return head("GET", "/test.txt", "", headers);
    }

    private static void refuses(S3Error error, SignatureCheck check, RequestHead head) {
        assertThatThrownBy(() -> verify(check, head))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @Test
    void theExamplesOfTheDocumentationAreGood() {
        assertThat(verify(at(DAY), getObject(Map.of())).accessKey()).isEqualTo(KEY);
        assertThat(verify(
                                at(DAY),
                                head(
                                        "PUT",
                                        "/test%24file.text",
                                        "",
                                        Map.of(
                                                "host", HOST,
                                                "date", "Fri, 24 May 2013 00:00:00 GMT",
                                                "x-amz-date", "20130524T000000Z",
                                                "x-amz-storage-class", "REDUCED_REDUNDANCY",
                                                "x-amz-content-sha256",
                                                        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                                                "authorization",
                                                        authorization(
                                                                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                                                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))))
                        .payload())
                .isEqualTo(new Payload.Hashed("44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"));
        for (Map.Entry<String, String> each : Map.of(
                        "lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
                        "max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
                .entrySet()) {
            verify(
                    at(DAY),
                    head(
                            "GET",
                            "/",
                            each.getKey(),
                            Map.of(
                                    "host",
                                    HOST,
                                    "x-amz-date",
                                    "20130524T000000Z",
                                    "x-amz-content-sha256",
                                    EMPTY,
                                    "authorization",
                                    authorization("host;x-amz-content-sha256;x-amz-date", each.getValue()))));
        }
    }

    private static final String PRESIGNED =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                    + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                    + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    @Test
    void thePresignedExampleIsGoodUntilItExpires() {
        RequestHead head = head("GET", "/test.txt", PRESIGNED, Map.of("host", HOST));
        assertThat(verify(at(DAY.plusSeconds(86_400)), head).payload()).isEqualTo(new Payload.Unsigned());
        refuses(S3Error.ACCESS_DENIED, at(DAY.plusSeconds(86_401)), head);
        refuses(S3Error.ACCESS_DENIED, at(DAY.minus(Duration.ofMinutes(16))), head);
        refuses(S3Error.SIGNATURE_DOES_NOT_MATCH, at(DAY), head("GET", "/test.txu", PRESIGNED, Map.of("host", HOST)));
        refuses(S3Error.SIGNATURE_DOES_NOT_MATCH, at(DAY), head("PUT", "/test.txt", PRESIGNED, Map.of("host", HOST)));
        refuses(
                S3Error.SIGNATURE_DOES_NOT_MATCH,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED.replace("86400", "86401"), Map.of("host", HOST)));
        refuses(
                S3Error.SIGNATURE_DOES_NOT_MATCH,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED + "&versionId=1", Map.of("host", HOST)));
        refuses(
                S3Error.AUTHORIZATION_QUERY_MALFORMED,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED + "&X-Amz-Expires=5", Map.of("host", HOST)));
        refuses(
                S3Error.AUTHORIZATION_QUERY_MALFORMED,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED.replace("86400", "604801"), Map.of("host", HOST)));
        refuses(
                S3Error.ACCESS_DENIED,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED, Map.of("host", HOST, "x-amz-acl", "private")));
    }

    @Test
    void whatBotocoreSignsIsGood() {
        Instant now = Instant.parse("2026-11-29T12:10:00Z");
        Map<String, String> headers = Map.of(
                "Host", "127.0.0.1:9000",
                "x-amz-meta-a", "  two   words ",
                "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==",
                "X-Amz-Date", "20261129T120000Z",
                "X-Amz-Content-SHA256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                "Authorization",
                        "AWS4-HMAC-SHA256 Credential=alice/20261129/eu-central-1/s3/aws4_request,"
                                + " SignedHeaders=content-md5;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a,"
                                + " Signature=47f31834aaab2d26630b4fe04e46b55e0fbfe0ee20b79cb8d0de1d9402581fd5");
        String path = "/b/a%20b%2Bc/%E4%B8%AD~x";
        assertThat(verify(at(now), head("PUT", path, "partNumber=1&uploadId=abc%2F%3D", headers))
                        .accessKey())
                .isEqualTo("alice");
        // The same key, less encoded on its way.
        verify(at(now), head("PUT", "/b/a%20b+c/%e4%b8%ad%7Ex", "uploadId=abc/%3D&partNumber=1", headers));
        refuses(
                S3Error.SIGNATURE_DOES_NOT_MATCH,
                at(now),
                head("PUT", path, "partNumber=2&uploadId=abc%2F%3D", headers));
        String presigned =
                "response-content-type=text%2Fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=alice%2F20261129%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261129T120000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=7d7833a6ebfc9d1144cd8a3345c51c98ab9a0f2b1d0a22c75b0c437f648e608f";
        verify(at(now), head("GET", path, presigned, Map.of("host", "127.0.0.1:9000")));
    }

    @Test
    void aClockMayDifferByAQuarterOfAnHour() {
        verify(at(DAY.plus(Duration.ofMinutes(15))), getObject(Map.of()));
        verify(at(DAY.minus(Duration.ofMinutes(15))), getObject(Map.of()));
        refuses(S3Error.REQUEST_TIME_TOO_SKEWED, at(DAY.plusSeconds(901)), getObject(Map.of()));
        refuses(S3Error.REQUEST_TIME_TOO_SKEWED, at(DAY.minusSeconds(901)), getObject(Map.of()));
    }

    @Test
    void whatIsNotCoveredOrNotAsItWasSignedIsRefused() {
        refuses(S3Error.SIGNATURE_DOES_NOT_MATCH, at(DAY), getObject(Map.of("Range", "bytes=0-8")));
        refuses(S3Error.SIGNATURE_DOES_NOT_MATCH, at(DAY), getObject(Map.of("Host", "other")));
        refuses(S3Error.ACCESS_DENIED, at(DAY), getObject(Map.of("x-amz-copy-source", "/a/b")));
        refuses(
                S3Error.ACCESS_DENIED,
                at(DAY),
                getObject(Map.of("Authorization", authorization("range", "a".repeat(64)))));
        refuses(
                S3Error.ACCESS_DENIED,
                at(DAY),
                getObject(Map.of("Authorization", authorization("absent;host", "a".repeat(64)))));
        refuses(S3Error.ACCESS_DENIED, at(DAY), head("GET", "/", "", Map.of("host", HOST)));
        refuses(
                S3Error.INVALID_ACCESS_KEY_ID,
                at(DAY),
                getObject(Map.of(
                        "Authorization",
                        authorization("host;range;x-amz-content-sha256;x-amz-date", "a".repeat(64))
                                .replace(KEY, "nobody"))));
        refuses(
                S3Error.AUTHORIZATION_HEADER_MALFORMED,
                at(DAY),
                getObject(Map.of("Authorization", authorization("host", "A".repeat(64)))));
        refuses(
                S3Error.AUTHORIZATION_HEADER_MALFORMED,
                at(DAY),
                getObject(Map.of(
                        "Authorization", authorization("host", "a".repeat(64)).replace("20130524", "20130525"))));
        refuses(S3Error.INVALID_REQUEST, at(DAY), getObject(Map.of("Authorization", "AWS AK:sig")));
        refuses(
                S3Error.INVALID_ARGUMENT,
                at(DAY),
                head("GET", "/test.txt", PRESIGNED, Map.of("host", HOST, "authorization", "AWS4-HMAC-SHA256 a=b")));
    }

    /** A stranger's header is refused as an error of S3, whatever it is. */
    @Property(tries = 500)
    void noAuthorizationIsMoreThanRefused(@ForAll String text) {
        assertThatThrownBy(() -> verify(at(DAY), getObject(Map.of("Authorization", "AWS4-HMAC-SHA256 " + text))))
                .isInstanceOf(S3Exception.class);
        assertThatThrownBy(() -> verify(
                        at(DAY), head("GET", "/", "X-Amz-Signature=&X-Amz-Date=" + UriEncoding.encode(text), Map.of())))
                .isInstanceOf(S3Exception.class);
    }

    @Property(tries = 500)
    void whatIsEncodedIsDecoded(@ForAll String text) {
        String valid = new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(UriEncoding.decodePath(UriEncoding.encode(valid))).isEqualTo(valid);
        assertThat(UriEncoding.decodeQuery(UriEncoding.encodePath(valid))).isEqualTo(valid);
    }

    @Test
    void whatTheSignerSignsIsGood() {
        RequestSigner signer = new RequestSigner(KEY, SECRET, "anywhere");
        String query = signer.presign("GET", "h:1", "/b/k%20x", List.of(), DAY, Duration.ofHours(1));
        verify(at(DAY), head("GET", "/b/k%20x", query, Map.of("host", "h:1")));
        Map<String, String> headers =
                signer.sign("PUT", "/b/k", Query.parse("uploads"), Map.of("host", "h:1"), "UNSIGNED-PAYLOAD", DAY);
        verify(at(DAY), head("PUT", "/b/k", "uploads=", headers));
    }
}
