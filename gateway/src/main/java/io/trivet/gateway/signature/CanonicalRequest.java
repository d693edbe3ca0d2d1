package io.trivet.gateway.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** The text that stands for a request in its signature. */
final class CanonicalRequest {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String SIGNATURE = "X-Amz-Signature";

    private CanonicalRequest() {}

    /**
     * @param path in percent-encoding: once, as S3 alone has it
     * @param signedHeaders in lower case, in order
     * @param payload the hash of the body, or what stands for it
     */
    static String text(RequestHead head, String path, List<String> signedHeaders, String payload) {
        StringBuilder text = new StringBuilder(512);
        text.append(head.method()).append('\n');
        text.append(path).append('\n');
        text.append(query(head.query())).append('\n');
        for (String name : signedHeaders) {
            text.append(name)
                    .append(':')
                    .append(head.headers().getOrDefault(name, List.of()).stream()
                            .map(CanonicalRequest::trimmed)
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payload);
        return text.toString();
    }

    /** What is signed in the end. */
    static String stringToSign(String time, CredentialScope scope, String canonicalRequest) {
        return ALGORITHM + "\n" + time + "\n" + scope + "\n"
                + sha256(canonicalRequest.getBytes(StandardCharsets.UTF_8));
    }

    /** All but the signature itself, sorted by what they are encoded. */
    private static String query(Query query) {
        return query.parameters().stream()
                .filter(parameter -> !parameter.name().equals(SIGNATURE))
                .map(parameter -> new Query.Parameter(
                        UriEncoding.encode(parameter.name()), UriEncoding.encode(parameter.value())))
                .sorted(java.util.Comparator.comparing(Query.Parameter::name).thenComparing(Query.Parameter::value))
                .map(parameter -> parameter.name() + "=" + parameter.value())
                .collect(Collectors.joining("&"));
    }

    private static String trimmed(String value) {
        return value.strip().replaceAll(" +", " ");
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newSha256().digest(bytes));
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
