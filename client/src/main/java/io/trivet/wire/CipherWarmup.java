package io.trivet.wire;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Warms up the JIT: encrypts and decrypts 400 dummy TLS records at start, in less than a second.
 * Uncompiled, a record takes about a hundred times as long, and the compiler would compete with a
 * node's first transfers for the processor.
 */
final class CipherWarmup {
    private static final int RECORD_BYTES = 16 << 10;
    private static final int RECORDS = 400;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final AtomicBoolean HELD = new AtomicBoolean();

    private CipherWarmup() {}

    /** Starts it on a thread of its own, once per process. */
    static void begin() {
        if (HELD.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("rehearsal").start(CipherWarmup::run);
        }
    }

    private static void run() {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            ByteBuffer clear = ByteBuffer.allocateDirect(RECORD_BYTES);
            ByteBuffer sealed = ByteBuffer.allocateDirect(RECORD_BYTES + TAG_BITS / Byte.SIZE);
            for (int record = 0; record < RECORDS; record++) {
                apply(cipher, Cipher.ENCRYPT_MODE, record, clear, sealed);
                apply(cipher, Cipher.DECRYPT_MODE, record, sealed, clear);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES in this mode, and opens what it has sealed", e);
        }
    }

    private static void apply(Cipher cipher, int mode, int record, ByteBuffer from, ByteBuffer to)
            throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(record).array();
        cipher.init(mode, new SecretKeySpec(new byte[KEY_BYTES], "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        to.clear();
        cipher.doFinal(from, to);
        to.flip();
    }
}
