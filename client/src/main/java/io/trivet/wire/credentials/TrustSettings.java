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

/** Which peers a caller trusts, as a profile or a join token says. */
public sealed interface TrustSettings {
    /**
     * The text of {@link Plaintext}; other texts are fingerprints of the authority's public key.
     */
    String PLAINTEXT = "plaintext";

    /** The form in profiles and tokens; {@link #parse} reads it. */
    String text();

    /** Reads {@link #text}. Throws {@link IllegalArgumentException} for anything else. */
    static TrustSettings parse(String text) {
        return text.equals(PLAINTEXT) ? new Plaintext() : Authority.parse(text);
    }

    /**
     * Trusts every peer: the cluster was made with {@code --plaintext}. Connections are neither
     * encrypted nor authenticated.
     */
    record Plaintext() implements TrustSettings {
        @Override
        public String text() {
            return PLAINTEXT;
        }
    }

    /**
     * Trusts peers that show a certificate of this authority, over TLS. After a change of the
     * cluster's keys it also trusts the former authority for a time.
     *
     * @param fingerprint SHA-256 of the authority's public key (its SubjectPublicKeyInfo), 64
     *     hexadecimal digits
     * @param former authorities that it replaced, newest first
     */
    record Authority(String fingerprint, List<Former> former) implements TrustSettings {
        private static final String HEAD = "sha256:";
        private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
        private static final int MAX_FORMER = 4;

        /** An authority that was replaced; trusted until {@code until}. */
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

        /** An authority that replaced none. */
        public Authority(String fingerprint) {
            this(fingerprint, List.of());
        }

        /** The authority with this key. */
        public static Authority of(PublicKey key) {
            try {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
                return new Authority(HexFormat.of().formatHex(sum));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        /**
         * Whether this key is that of the current authority, or of a former one that is still
         * trusted.
         */
        public boolean believes(PublicKey key, CertificateTime time) {
            String shown = of(key).fingerprint;
            return fingerprint.equals(shown)
                    || former.stream()
                            .anyMatch(each -> each.fingerprint.equals(shown) && time.isIn(Instant.EPOCH, each.until));
        }

        /** Whether the current authority is the same, whatever the former ones are. */
        public boolean isSame(Authority other) {
            return fingerprint.equals(other.fingerprint);
        }

        /**
         * The authority to trust after the cluster's successions: each authority vouches for the
         * one that replaced it. A succession that does not begin at a trusted authority has no
         * effect, whatever its source.
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
            } catch (CertificateException ignored) {
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
         * {@code sha256:...}; after a change of keys followed by {@code ,sha256:...<TIME} for each
         * former authority and the time until which it is trusted.
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
