package io.trivet.gateway.signature;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Signs requests as clients do. */
public final class RequestSigner {
    private final String accessKey;
    private final String secret;
    private final String region;

    public RequestSigner(String accessKey, String secret, String region) {
        this.accessKey = accessKey;
        this.secret = secret;
        this.region = region;
    }

    /**
     * The query of a request that anybody can send until it expires.
     *
     * @param host with its port, where it is not the usual one
     * @param path in percent-encoding
     * @param query what the request has besides
     */
    public String presign(
            String method, String host, String path, List<Query.Parameter> query, Instant time, Duration validFor) {
        CredentialScope scope = scope(time);
        List<Query.Parameter> all = new ArrayList<>(query);
        all.add(new Query.Parameter("X-Amz-Algorithm", CanonicalRequest.ALGORITHM));
        all.add(new Query.Parameter("X-Amz-Credential", accessKey + "/" + scope));
        all.add(new Query.Parameter("X-Amz-Date", SignatureTime.text(time)));
        all.add(new Query.Parameter("X-Amz-Expires", Long.toString(validFor.toSeconds())));
        all.add(new Query.Parameter("X-Amz-SignedHeaders", "host"));
        RequestHead head = new RequestHead(method, path, new Query(all), Map.of("host", List.of(host)));
        String canonical = CanonicalRequest.text(head, path, List.of("host"), Payload.Unsigned.TEXT);
        String signature = SigningKey.derive(secret, scope)
                .sign(CanonicalRequest.stringToSign(SignatureTime.text(time), scope, canonical));
        all.add(new Query.Parameter(CanonicalRequest.SIGNATURE, signature));
        StringBuilder text = new StringBuilder();
        for (Query.Parameter parameter : all) {
            text.append(text.isEmpty() ? "" : "&")
                    .append(UriEncoding.encode(parameter.name()))
                    .append('=')
                    .append(UriEncoding.encode(parameter.value()));
        }
        return text.toString();
    }

    /**
     * The headers of a signed request: those given, in lower case and with {@code host} among them,
     * and those of the signature.
     *
     * @param path in percent-encoding
     * @param payload see {@link Payload#parse}
     */
    public Map<String, String> sign(
            String method, String path, Query query, Map<String, String> headers, String payload, Instant time) {
        Map<String, String> signed = new TreeMap<>(headers);
        signed.put("x-amz-date", SignatureTime.text(time));
        signed.put(Payload.HEADER, payload);
        Map<String, List<String>> values = new TreeMap<>();
        signed.forEach((name, value) -> values.put(name, List.of(value)));
        List<String> names = List.copyOf(signed.keySet());
        CredentialScope scope = scope(time);
        String canonical = CanonicalRequest.text(new RequestHead(method, path, query, values), path, names, payload);
        String signature = SigningKey.derive(secret, scope)
                .sign(CanonicalRequest.stringToSign(SignatureTime.text(time), scope, canonical));
        signed.put(
                "authorization",
                CanonicalRequest.ALGORITHM + " Credential=" + accessKey + "/" + scope + ", SignedHeaders="
                        + String.join(";", names) + ", Signature=" + signature);
        return signed;
    }

    private CredentialScope scope(Instant time) {
        return new CredentialScope(SignatureTime.text(time).substring(0, 8), region);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "signer of " + accessKey;
    }
}
