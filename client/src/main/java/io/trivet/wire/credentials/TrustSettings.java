package io.trivet.wire.credentials;

import io.trivet.model.KeySuccession;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whom a caller believes: what a profile and a join token say of the cluster's connections. */
public sealed interface TrustSettings {
    /** As text: a fingerprint of the authority's public key, or this word. */
    String PLAINTEXT = "plaintext";

    /** How it is written in profiles and tokens; {@link #parse} reads it. */
    String text();

    /** Reads {@link #text}; throws {@link IllegalArgumentException} for anything else. */
    static TrustSettings parse(String text) {
        return text.equals(PLAINTEXT) ? new Plaintext() : Authority.parse(text);
    }

    /**
     * Everybody: the cluster was made with {@code --plaintext}. Connections are neither encrypted
     * nor do they prove who is at the other end.
     */
    record Plaintext() implements TrustSettings {
        @Override
        public String text() {
            return PLAINTEXT;
        }
    }

    /**
     * Who shows a certificate of this authority, over TLS. Where the cluster's keys were changed
     * the one before is believed for a time as well.
     *
     * @param fingerprint SHA-256 of the authority's public key (its SubjectPublicKeyInfo), 64
     *     hexadecimal digits
     * @param former authorities in whose place it came, the last first
     */
    record Authority(String fingerprint, List<Former> former) implements TrustSettings {
        private static final String HEAD = "sha256:";
        private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
        private static final int MAX_FORMER = 4;

        /** One that was replaced, and is believed until then. */
        public record Former(String fingerprint, Instant until) {}

        public Authority {
            former = List.copyOf(former);
            if (!DIGITS.matcher(fingerprint).matches()) {
                throw new IllegalArgumentException("an authority is known by " + HEAD + " and 64 hexadecimal digits");
            }
            if (former.size() > MAX_FORMER) {
                throw new IllegalArgumentException("at most " + MAX_FORMER + " former authorities are believed");
            }
        }

        /** One that came in nobody's place. */
        public Authority(String fingerprint) {
            this(fingerprint, List.of());
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

        /** Whether the authority with this key is the one of now, or one of those before in their time. */
        public boolean believes(PublicKey key, CertificateTime time) {
            String shown = of(key).fingerprint;
            return fingerprint.equals(shown)
                    || former.stream()
                            .anyMatch(each -> each.fingerprint.equals(shown) && time.isIn(Instant.EPOCH, each.until));
        }

        /** Whether this is the authority of now, whoever came before. */
        public boolean isSame(Authority other) {
            return fingerprint.equals(other.fingerprint);
        }

        /**
         * Whom to believe by what the cluster says of its authorities: each one in whose place
         * another came vouches for that one. What does not follow from the one that is believed
         * already changes nothing, whoever says it.
         */
        public Authority following(List<KeySuccession> successions) {
            Authority believed = this;
            for (KeySuccession keySuccession : successions) {
                believed = believed.following(keySuccession);
            }
            return believed;
        }

        private Authority following(KeySuccession keySuccession) {
            try {
                AuthorityVoucher authorityVoucher = AuthorityVoucher.of(keySuccession);
                if (!isSame(authorityVoucher.oldAuthority())) {
                    return this;
                }
                List<Former> known = Stream.concat(
                                Stream.of(new Former(fingerprint, authorityVoucher.until())), former.stream())
                        .limit(MAX_FORMER)
                        .toList();
                return new Authority(authorityVoucher.newAuthority().fingerprint, known);
            } catch (CertificateException _) {
                return this;
            }
        }

        private static Authority parse(String text) {
            if (!text.startsWith(HEAD)) {
                throw new IllegalArgumentException("an authority is written " + HEAD + "..., or " + PLAINTEXT);
            }
            String[] all = text.split(",", -1);
            List<Former> former =
                    Arrays.stream(all).skip(1).map(Authority::parseFormer).toList();
            return new Authority(all[0].substring(HEAD.length()), former);
        }

        private static Former parseFormer(String text) {
            int until = text.indexOf('<');
            if (!text.startsWith(HEAD) || until < 0) {
                throw new IllegalArgumentException("a former authority is written " + HEAD + "...<TIME");
            }
            Authority checked = new Authority(text.substring(HEAD.length(), until));
            try {
                return new Former(checked.fingerprint, Instant.parse(text.substring(until + 1)));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("a former authority is believed until a time", e);
            }
        }

        /**
         * {@code sha256:...}, and after a change of keys {@code ,sha256:...<TIME} for those before,
         * which are believed until then.
         */
        @Override
        public String text() {
            StringBuilder text = new StringBuilder(HEAD + fingerprint);
            former.forEach(each -> text.append(',')
                    .append(HEAD)
                    .append(each.fingerprint)
                    .append('<')
                    .append(each.until));
            return text.toString();
        }
    }
}
