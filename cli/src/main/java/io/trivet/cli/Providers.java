package io.trivet.cli;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where this process looks for cryptography. TLS asks every provider in turn for what none has, so that the first connection loads all of them; one that the
 * runtime lacks is then sought in every jar, which loads and checks a large library that has a provider nobody asked for. For a process of its own only: the
 * list is that of the whole JVM.
 */
final class Providers {
    /** Of the JDK's, what has nothing that Trivet uses: Kerberos, SASL, XML signatures, smart cards, LDAP. */
    private static final Set<String> UNUSED =
            Set.of("SunJGSS", "SunSASL", "XMLDSig", "SunPCSC", "JdkLDAP", "JdkSASL", "SunPKCS11");

    private static final String KEY = "security.provider.";

    private Providers() {}

    /** Before the first use of any. One that an administrator added or set up stays. */
    static void leaveOutUnused() {
        List<String> all = all();
        List<String> kept =
                all.stream().filter(provider -> !UNUSED.contains(provider)).toList();
        for (int i = 0; i < all.size(); i++) {
            Security.setProperty(KEY + (i + 1), i < kept.size() ? kept.get(i) : "");
        }
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
