package io.trivet.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gateway proves its name with.
 *
 * @param certificate PEM: its own, then those that lead to an authority that clients know
 * @param key PEM of PKCS #8, not encrypted
 */
public record CertificateFiles(Path certificate, Path key) {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Read anew. Throws {@link IOException} that names the file where it is not what it should be. */
    KeyStore read() throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new IOException(certificate + ": there is no certificate in it");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            PrivateKey own = privateKey();
            requireFit(chain[0].getPublicKey(), own);
            store.setKeyEntry("gateway", own, new char[0], chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": not a certificate that fits " + key + ": " + e.getMessage(), e);
        }
    }

    /** The two files are renewed one after the other, and may be read in between. */
    private void requireFit(PublicKey known, PrivateKey own) throws IOException, GeneralSecurityException {
        String algorithm = switch (own.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> own.getAlgorithm();
        };
        byte[] message = certificate.toString().getBytes(StandardCharsets.UTF_8);
        boolean fits;
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(own);
            signer.update(message);
            byte[] signed = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(known);
            verifier.update(message);
            fits = verifier.verify(signed);
        } catch (InvalidKeyException | SignatureException _) {
            fits = false; // of two algorithms, or of two lengths
        }
        if (!fits) {
            throw new IOException(certificate + ": its first certificate is not one of the key in " + key);
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        Matcher found = PEM.matcher(Files.readString(key));
        if (!found.find()) {
            throw new IOException(key + ": there is no PRIVATE KEY in PEM (PKCS #8, not encrypted) in it");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        InvalidKeySpecException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e; // of another algorithm, perhaps
            }
        }
        throw new IOException(key + ": a key of none of " + ALGORITHMS, last);
    }
}
