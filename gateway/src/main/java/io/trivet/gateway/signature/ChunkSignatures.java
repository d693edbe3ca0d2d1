package io.trivet.gateway.signature;

/** The chain of signatures over the pieces of a body: each covers the one before. One thread, one body. */
public final class ChunkSignatures {
    private static final String EMPTY_SHA256 = CanonicalRequest.sha256(new byte[0]);

    private final SigningKey key;
    private final String time;
    private final CredentialScope scope;
    private String previous;

    /** {@code seed} is the signature of the request itself. */
    ChunkSignatures(SigningKey key, String time, CredentialScope scope, String seed) {
        this.key = key;
        this.time = time;
        this.scope = scope;
        this.previous = seed;
    }

    /** Of the next piece, which has this SHA-256 in hexadecimal. */
    String next(String sha256) {
        previous = key.sign(
                String.join("\n", "AWS4-HMAC-SHA256-PAYLOAD", time, scope.toString(), previous, EMPTY_SHA256, sha256));
        return previous;
    }

    /** Of the headers after the last piece: {@code name:value} and a line feed for each. */
    String trailer(String sha256) {
        return key.sign(String.join("\n", "AWS4-HMAC-SHA256-TRAILER", time, scope.toString(), previous, sha256));
    }
}
