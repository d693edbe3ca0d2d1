package io.trivet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.signature.SigningKeys;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that speaks TLS with an operator's own certificate. */
class CertificateTest {
    @TempDir
    Path directory;

    private CertificateFiles files() {
        return new CertificateFiles(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
    }

    private void write(String algorithm, String signature, long serial) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        X500Principal name = new X500Principal("CN=gateway");
        Instant now = Instant.now();
        byte[] certificate = new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(serial),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        name,
                        pair.getPublic())
                .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()))
                .getEncoded();
        Files.writeString(files().certificate(), pem("CERTIFICATE", certificate));
        Files.writeString(files().key(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    @ParameterizedTest
    @CsvSource({"EC, SHA256withECDSA", "RSA, SHA256withRSA"})
    void theCertificateIsServedAndReadAgain(String algorithm, String signature) throws Exception {
        write(algorithm, signature, 1);
        Address listen;
        try (ServerSocket free = new ServerSocket(0)) {
            listen = new Address("127.0.0.1", free.getLocalPort());
        }
        try (S3Gateway gateway = S3Gateway.start(
                new GatewayOptions(listen, RemotePath.ROOT).with(files()),
                SigningKeys.ofSecrets(_ -> Optional.empty()),
                user -> {
                    throw new AssertionError(user);
                })) {
            assertThat(gateway.endpoint()).isEqualTo("https://" + listen);
            assertThat(serial(listen)).isEqualTo(1);
            assertThat(gateway.renewCertificateIfChanged()).isFalse();
            write(algorithm, signature, 2);
            Files.setLastModifiedTime(files().certificate(), FileTime.fromMillis(1));
            assertThat(gateway.renewCertificateIfChanged()).isTrue();
            assertThat(gateway.renewCertificateIfChanged()).isFalse();
            assertThat(serial(listen)).isEqualTo(2);
            byte[] older = Files.readAllBytes(files().certificate());
            write(algorithm, signature, 3);
            Files.write(files().certificate(), older); // of two files one is renewed first
            assertThatThrownBy(gateway::renewCertificate)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("its first certificate is not one of the key");
            assertThat(serial(listen)).isEqualTo(2);
            Files.writeString(files().key(), "no key");
            assertThatThrownBy(gateway::renewCertificate)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("key.pem");
            assertThat(serial(listen)).isEqualTo(2);
        }
    }

    private static long serial(Address address) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", address.port())) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .longValue();
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new AssertionError();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            assertThat(chain).isNotEmpty();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        Files.writeString(files().certificate(), "nothing");
        Files.writeString(files().key(), "nothing");
        assertThatThrownBy(() -> files().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("certificate.pem");
    }

    @Test
    void aProfileWithoutAUserServesNobody() {
        assertThatThrownBy(() -> KnownUsers.of(java.util.List.of(new io.trivet.client.Profile(
                        new io.trivet.model.ClusterId(new java.util.UUID(1, 2)),
                        java.util.List.of(new Address("127.0.0.1", 1)),
                        new io.trivet.wire.credentials.TrustSettings.Plaintext()))))
                .isInstanceOf(TrivetException.class);
    }
}
