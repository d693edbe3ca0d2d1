package io.trivet.gateway.signature;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request says of its signature: in the header, or in the query, and then it is presigned.
 *
 * @param signedHeaders in lower case, sorted, each once
 * @param signature 64 hexadecimal digits
 * @param validFor how long a presigned request is good from {@code time} on; empty for any other
 */
record Authorization(
        String accessKey,
        CredentialScope scope,
        List<String> signedHeaders,
        String signature,
        Instant time,
        Optional<Duration> validFor) {
    /** As AWS: a week. */
    private static final long MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

    private static final int MAX_SIGNED_HEADERS = 100;
    private static final int CREDENTIAL_PARTS = 5;
    private static final Pattern HEX_64 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]+");

    boolean isPresigned() {
        return validFor.isPresent();
    }

    /** Empty for a request that is not signed. Throws for one that is signed in no known way. */
    static Optional<Authorization> of(RequestHead head) {
        boolean inQuery = head.query().has("X-Amz-Algorithm") || head.query().has(CanonicalRequest.SIGNATURE);
        List<String> inHeader = head.headers().getOrDefault("authorization", List.of());
        if ((inQuery && !inHeader.isEmpty()) || inHeader.size() > 1) {
            throw new S3Exception(S3Error.INVALID_ARGUMENT, "Only one way of signing a request is allowed at once.");
        }
        if (inQuery) {
            return Optional.of(ofQuery(head.query()));
        }
        if (inHeader.isEmpty()) {
            if (head.query().has("AWSAccessKeyId") || head.query().has("Signature")) {
                throw versionTwo();
            }
            return Optional.empty();
        }
        return Optional.of(ofHeader(inHeader.getFirst().strip(), head));
    }

    private static S3Exception versionTwo() {
        return new S3Exception(S3Error.INVALID_REQUEST, "Signature version 2 is not supported. Use AWS4-HMAC-SHA256.");
    }

    private static Authorization ofHeader(String header, RequestHead head) {
        S3Error malformed = S3Error.AUTHORIZATION_HEADER_MALFORMED;
        if (header.startsWith("AWS ")) {
            throw versionTwo();
        }
        if (!header.startsWith(CanonicalRequest.ALGORITHM + " ")) {
            throw new S3Exception(
                    malformed, "The authorization is not of the kind " + CanonicalRequest.ALGORITHM + ".");
        }
        Map<String, String> fields = new HashMap<>();
        for (String field :
                header.substring(CanonicalRequest.ALGORITHM.length()).split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0
                    || fields.put(
                                    field.substring(0, equals).strip(),
                                    field.substring(equals + 1).strip())
                            != null) {
                throw new S3Exception(malformed, "The authorization has a field that cannot be read.");
            }
        }
        Instant time = head.header("x-amz-date")
                .flatMap(SignatureTime::parse)
                .or(() -> head.headers().containsKey("x-amz-date")
                        ? Optional.empty()
                        : head.header("date")
                                .flatMap(text -> SignatureTime.parseHttp(text).or(() -> SignatureTime.parse(text))))
                .orElseThrow(() -> new S3Exception(
                        S3Error.ACCESS_DENIED, "A signed request needs a valid x-amz-date or Date header."));
        return of(
                required(fields, "Credential", malformed),
                required(fields, "SignedHeaders", malformed),
                required(fields, "Signature", malformed),
                time,
                Optional.empty(),
                malformed);
    }

    private static Authorization ofQuery(Query query) {
        S3Error malformed = S3Error.AUTHORIZATION_QUERY_MALFORMED;
        Map<String, String> fields = new HashMap<>();
        for (String name : List.of(
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Date",
                "X-Amz-Expires",
                "X-Amz-SignedHeaders",
                CanonicalRequest.SIGNATURE)) {
            if (query.repeats(name)) {
                throw new S3Exception(malformed, "The parameter " + name + " is given twice.");
            }
            query.value(name).ifPresent(value -> fields.put(name, value));
        }
        if (!required(fields, "X-Amz-Algorithm", malformed).equals(CanonicalRequest.ALGORITHM)) {
            throw new S3Exception(malformed, "X-Amz-Algorithm only supports " + CanonicalRequest.ALGORITHM + ".");
        }
        Instant time = SignatureTime.parse(required(fields, "X-Amz-Date", malformed))
                .orElseThrow(() -> new S3Exception(malformed, "X-Amz-Date must be in the form yyyyMMdd'T'HHmmss'Z'."));
        long seconds;
        try {
            seconds = Long.parseLong(required(fields, "X-Amz-Expires", malformed));
        } catch (NumberFormatException e) {
            throw new S3Exception(malformed, "X-Amz-Expires should be a number.", e);
        }
        if (seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
            throw new S3Exception(malformed, "X-Amz-Expires must be 1 to " + MAX_EXPIRES_SECONDS + " seconds.");
        }
        return of(
                required(fields, "X-Amz-Credential", malformed),
                required(fields, "X-Amz-SignedHeaders", malformed),
                required(fields, CanonicalRequest.SIGNATURE, malformed),
                time,
                Optional.of(Duration.ofSeconds(seconds)),
                malformed);
    }

    private static Authorization of(
            String credential,
            String signedHeaders,
            String signature,
            Instant time,
            Optional<Duration> validFor,
            S3Error malformed) {
        String[] parts = credential.split("/", -1);
        if (parts.length != CREDENTIAL_PARTS
                || parts[0].isEmpty()
                || !parts[3].equals(CredentialScope.SERVICE)
                || !parts[4].equals(CredentialScope.END)) {
            throw new S3Exception(
                    malformed, "The credential is not of the form <access key>/<yyyyMMdd>/<region>/s3/aws4_request.");
        }
        CredentialScope scope;
        try {
            scope = new CredentialScope(parts[1], parts[2]);
        } catch (IllegalArgumentException e) {
            throw new S3Exception(malformed, "The credential has no valid day and region.", e);
        }
        if (!SignatureTime.text(time).startsWith(scope.date())) {
            throw new S3Exception(malformed, "The credential is of another day than the request.");
        }
        if (!HEX_64.matcher(signature).matches()) {
            throw new S3Exception(malformed, "The signature is not 64 hexadecimal digits in lower case.");
        }
        return new Authorization(parts[0], scope, headers(signedHeaders, malformed), signature, time, validFor);
    }

    private static List<String> headers(String text, S3Error malformed) {
        List<String> names = Arrays.asList(text.split(";", -1));
        List<String> sorted = names.stream().distinct().sorted().toList();
        if (!names.equals(sorted)
                || names.size() > MAX_SIGNED_HEADERS
                || !names.stream().allMatch(name -> HEADER_NAME.matcher(name).matches())) {
            throw new S3Exception(malformed, "The signed headers are not names in lower case, in order, each once.");
        }
        return sorted;
    }

    private static String required(Map<String, String> fields, String name, S3Error malformed) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new S3Exception(malformed, "The authorization lacks " + name + ".");
        }
        return value;
    }
}
