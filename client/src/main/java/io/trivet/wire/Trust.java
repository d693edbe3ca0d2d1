package io.trivet.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Whom a caller believes: what a profile and a join token say of the cluster's connections. */
public sealed interface Trust {
    /** As text: a fingerprint of the authority's public key, or this word. */
    String PLAINTEXT = "plaintext";

    /** How it is written in profiles and tokens; {@link #parse} reads it. */
    String text();

    /** Reads {@link #text}; throws {@link IllegalArgumentException} for anything else. */
    static Trust parse(String text) {
        return text.equals(PLAINTEXT) ? new Plaintext() : Authority.parse(text);
    }

    /** Everybody: the cluster was made with {@code --plaintext}. Connections are neither encrypted nor do they prove who is at the other end. */
    record Plaintext() implements Trust {
        @Override
        public String text() {
            return PLAINTEXT;
        }
    }

    /**
     * Who shows a certificate of this authority, over TLS.
     *
     * @param fingerprint SHA-256 of the authority's public key (its SubjectPublicKeyInfo), 64 hexadecimal digits
     */
    record Authority(String fingerprint) implements Trust {
        private static final String HEAD = "sha256:";
        private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

        public Authority {
            if (!DIGITS.matcher(fingerprint).matches()) {
                throw new IllegalArgumentException("an authority is known by " + HEAD + " and 64 hexadecimal digits");
            }
        }

        /** The authority that has this key. */
        public static Authority of(PublicKey key) {
            try {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
                return new Authority(HexFormat.of().formatHex(sum));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        private static Authority parse(String text) {
            if (!text.startsWith(HEAD)) {
                throw new IllegalArgumentException("an authority is written " + HEAD + "..., or " + PLAINTEXT);
            }
            return new Authority(text.substring(HEAD.length()));
        }

        @Override
        public String text() {
            return HEAD + fingerprint;
        }
    }
}
