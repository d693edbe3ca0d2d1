package io.trivet.authority;

import io.trivet.file.AtomicFile;
import io.trivet.wire.credentials.CertifiedNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A node's own key pair. All its certificates are for this key, by which the cluster identifies the
 * node.
 */
public final class NodeKey {
    private static final String FILE = "private-key";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private NodeKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /**
     * The key in a node's directory; made if there is none. Durable on return. Throws {@code
     * CORRUPT} if the file is damaged.
     */
    public static NodeKey in(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            KeyPair pair = EllipticKeys.make();
            String text = PemText.block(PRIVATE, pair.getPrivate().getEncoded())
                    + PemText.block(PUBLIC, pair.getPublic().getEncoded());
            AtomicFile.writePrivate(file, text.getBytes(StandardCharsets.US_ASCII));
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            return new NodeKey(
                    EllipticKeys.privateKey(PemText.content(PRIVATE, text)),
                    EllipticKeys.publicKey(PemText.content(PUBLIC, text)));
        } catch (IllegalArgumentException e) {
            throw DamagedCredentials.of(file, e.getMessage(), e);
        }
    }

    /** The node key that the namespace stores. */
    public UUID id() {
        return CertifiedNode.keyOf(publicKey);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    PublicKey publicKey() {
        return publicKey;
    }

    /** PKCS #10: proves that the requester of a certificate has the key. Useless to others. */
    public byte[] signingRequest() {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=trivet node"), publicKey)
                    .build(new JcaContentSignerBuilder(EllipticKeys.SIGNATURE).build(privateKey))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("a request for a key of our own cannot be signed", e);
        }
    }
}
