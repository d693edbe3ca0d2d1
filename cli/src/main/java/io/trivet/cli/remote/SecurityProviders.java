package io.trivet.cli.remote;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where this process looks for cryptography. TLS asks every provider in turn for what none has, so
 * that the first connection loads all of them; one that the runtime lacks is then sought in every
 * jar, which loads and checks a large library that has a provider nobody asked for. For a process
 * of its own only: the list is that of the whole JVM.
 */
public final class SecurityProviders {
    /** Of the JDK's, what has nothing that Trivet uses: Kerberos, SASL, XML signatures, smart cards, LDAP. */
    private static final Set<String> UNUSED =
            Set.of("SunJGSS", "SunSASL", "XMLDSig", "SunPCSC", "JdkLDAP", "JdkSASL", "SunPKCS11");

    private static final String KEY = "security.provider.";

    /** Where the start script found the native library: a path, for people to see. */
    public static final String NATIVE = "trivet.crypto";

    private SecurityProviders() {}

    /** Before the first use of any. One that an administrator added or set up stays. */
    public static void leaveOutUnused() {
        List<String> all = all();
        List<String> kept =
                all.stream().filter(provider -> !UNUSED.contains(provider)).toList();
        for (int i = 0; i < all.size(); i++) {
            Security.setProperty(KEY + (i + 1), i < kept.size() ? kept.get(i) : "");
        }
    }

    /**
     * Has ciphers, checksums and signatures done by a native library where the start script found
     * one for this platform; otherwise by the JDK's own code, which gives the same bytes but is
     * slow until the JVM has compiled it. For processes that move bytes: it takes some time to
     * load.
     */
    public static void preferNative() {
        if (System.getProperty(NATIVE) != null && nativeFailure().isEmpty()) {
            Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
        }
    }

    /** Why the native library does not work here; empty if it does. */
    public static Optional<Throwable> nativeFailure() {
        return Optional.ofNullable(AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError());
    }

    private static List<String> all() {
        List<String> all = new ArrayList<>();
        String provider = Security.getProperty(KEY + 1);
        while (provider != null && !provider.isBlank()) {
            all.add(provider);
            provider = Security.getProperty(KEY + (all.size() + 1));
        }
        return all;
    }
}
