package io.trivet.wire.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * The request id of a thread is sent with its requests, passed to other threads, and removed at the
 * end.
 */
class RequestIdTest {
    @Test
    void whatIsAskedInAScopeCarriesItsId() throws IOException {
        RequestId id = RequestId.random();
        RequestEnvelope sent;
        try (RequestId.Scope _ = RequestId.within(id)) {
            sent = RequestEnvelope.toAny(new Request.GetView());
        }
        assertThat(sent.id()).isEqualTo(id);
        assertThat(WireCodec.request(WireCodec.to(sent).toByteArray())).isEqualTo(sent);
        assertThat(RequestEnvelope.toAny(new Request.GetView()).id()).isNull();
    }

    @Test
    void scopesNestAndEnd() {
        RequestId outer = new RequestId(1);
        RequestId inner = new RequestId(-1);
        try (RequestId.Scope _ = RequestId.within(outer)) {
            try (RequestId.Scope _ = RequestId.serving(inner)) {
                assertThat(RequestId.current()).contains(inner);
            }
            assertThat(RequestId.current()).contains(outer);
            try (RequestId.Scope _ = RequestId.serving(null)) {
                assertThat(RequestId.current()).isEmpty();
            }
        }
        assertThat(RequestId.current()).isEmpty();
        assertThat(inner).hasToString("ffffffffffffffff");
    }

    @Test
    void anotherThreadTakesItAlongAndForgetsIt() throws Exception {
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            RequestId id = RequestId.random();
            try (RequestId.Scope _ = RequestId.within(id)) {
                assertThat(one.submit(RequestId.carriedCall(RequestId::current)).get())
                        .contains(id);
            }
            assertThat(one.submit(RequestId::current).get()).isEmpty();
        }
    }
}
