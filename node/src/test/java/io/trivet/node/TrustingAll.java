package io.trivet.node;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts every certificate, and counts them. */
final class TrustingAll extends X509ExtendedTrustManager {
    private final Runnable shown;

    TrustingAll(Runnable shown) {
        this.shown = shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        shown.run();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        shown.run();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        shown.run();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
