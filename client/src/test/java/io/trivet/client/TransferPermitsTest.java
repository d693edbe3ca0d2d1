package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.wire.credentials.TrustSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransferPermitsTest {
    private static TransferPermits at(long millis, int processors) {
        return new TransferPermits(ClientOptions.AUTOMATIC, () -> Optional.of(Duration.ofMillis(millis)), processors);
    }

    @Test
    void theFartherTheMore() {
        assertThat(at(0, 2).ofOneFile()).isEqualTo(4);
        assertThat(at(12, 2).ofOneFile()).isEqualTo(4);
        assertThat(at(20, 2).ofOneFile()).isEqualTo(6);
        assertThat(at(50, 2).ofOneFile()).isEqualTo(16);
        assertThat(at(2000, 2).ofOneFile()).isEqualTo(16);
        assertThat(at(20, 2).files()).isEqualTo(12);
    }

    @Test
    void nearNodesKeepAllProcessorsBusy() {
        assertThat(at(0, 8).ofOneFile()).isEqualTo(8);
        assertThat(at(0, 256).ofOneFile()).isEqualTo(16);
        assertThat(at(40, 8).ofOneFile()).isEqualTo(13);
    }

    @Test
    void aDistanceThatIsNotKnownYetIsNone() {
        assertThat(new TransferPermits(ClientOptions.AUTOMATIC, Optional::empty, 2).ofOneFile())
                .isEqualTo(4);
    }

    @Test
    void whoAsksForANumberGetsIt() {
        assertThat(new TransferPermits(1, () -> Optional.of(Duration.ofSeconds(1)), 64).ofOneFile())
                .isEqualTo(1);
        ClientOptions usual = ClientOptions.of(List.of(Address.parse("127.0.0.1:7000")), new TrustSettings.Plaintext());
        assertThat(usual.parallelism()).isEqualTo(ClientOptions.AUTOMATIC);
        assertThatThrownBy(() -> new ClientOptions(usual.seeds(), usual.trustSettings(), 25, usual.patience()))
                .hasMessageContaining("from 1 to 24");
    }

    /** A line that is slow for 4 permits is four times as slow for 16. */
    @Test
    void whoSharesTheLineWithManyIsMorePatient() {
        TransferPermits transferPermits = at(50, 2);
        for (int lane = 0; lane < 4; lane++) {
            assertThat(transferPermits.enterIfFree()).isTrue();
        }
        assertThat(transferPermits.shared(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        for (int lane = 4; lane < 16; lane++) {
            assertThat(transferPermits.enterIfFree()).isTrue();
        }
        assertThat(transferPermits.shared(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void whoWaitsGetsTheLaneThatIsLeft() throws Exception {
        TransferPermits transferPermits = at(0, 2);
        for (int lane = 0; lane < TransferPermits.ALL; lane++) {
            assertThat(transferPermits.enterIfFree()).isTrue();
        }
        assertThat(transferPermits.enterIfFree()).isFalse();
        Thread waits = Thread.ofPlatform().start(() -> {
            try {
                transferPermits.enter();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (!transferPermits.areWanted()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        transferPermits.leave();
        waits.join();
        assertThat(transferPermits.areWanted()).isFalse();
        assertThat(transferPermits.enterIfFree()).isFalse();
    }

    @Test
    void fewerMayBeInTransferForATime() throws Exception {
        TransferPermits transferPermits = at(0, 2);
        transferPermits.enter();
        transferPermits.enter();
        transferPermits.limitTo(1);
        assertThat(transferPermits.enterIfFree()).isFalse();
        transferPermits.leave();
        assertThat(transferPermits.enterIfFree()).isFalse();
        transferPermits.leave();
        assertThat(transferPermits.enterIfFree()).isTrue();
        assertThat(transferPermits.enterIfFree()).isFalse();
        transferPermits.limitTo(TransferPermits.ALL);
        for (int i = 1; i < TransferPermits.ALL; i++) {
            assertThat(transferPermits.enterIfFree()).isTrue();
        }
        assertThat(transferPermits.enterIfFree()).isFalse();
    }
}
