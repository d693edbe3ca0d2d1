package io.trivet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.RemotePath;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ends, and what there is at most: sessions, links, tickets. */
class WebSessionsTest {
    private static final RemotePath PATH = RemotePath.parse("/a");

    private Instant now = Instant.parse("2026-11-29T12:00:00Z");
    private final InstantSource clock = () -> now;

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void aSessionEndsWhenItIsNotUsed() {
        Sessions sessions = new Sessions(clock);
        Sessions.Session session = sessions.begin();
        pass(Sessions.IDLE);
        assertThat(sessions.with(session.cookie(), session.key())).isPresent();
        pass(Sessions.IDLE);
        assertThat(sessions.with(session.cookie(), session.key())).isPresent();
        pass(Sessions.IDLE.plusSeconds(1));
        assertThat(sessions.with(session.cookie(), session.key())).isEmpty();
    }

    @Test
    void aSessionEndsHoweverMuchItIsUsed() {
        Sessions sessions = new Sessions(clock);
        Sessions.Session session = sessions.begin();
        for (Instant begun = now; now.isBefore(begun.plus(Sessions.LONGEST)); pass(Duration.ofMinutes(20))) {
            assertThat(sessions.with(session.cookie(), session.key())).isPresent();
        }
        pass(Duration.ofMinutes(20));
        assertThat(sessions.with(session.cookie(), session.key())).isEmpty();
    }

    @Test
    void theSessionUnusedForLongestGivesWay() {
        Sessions sessions = new Sessions(clock);
        List<Sessions.Session> all = new ArrayList<>();
        for (int number = 0; number < Sessions.MAX; number++) {
            all.add(sessions.begin());
            pass(Duration.ofSeconds(1));
        }
        sessions.with(all.getFirst().cookie(), all.getFirst().key());
        pass(Duration.ofSeconds(1));
        sessions.begin();
        assertThat(all.stream()
                        .filter(session ->
                                sessions.with(session.cookie(), session.key()).isPresent())
                        .count())
                .isEqualTo(Sessions.MAX - 1);
        assertThat(sessions.with(all.get(0).cookie(), all.get(0).key())).isPresent();
        assertThat(sessions.with(all.get(1).cookie(), all.get(1).key())).isEmpty();
    }

    @Test
    void aLinkIsGoodForTenMinutes() {
        LoginLinks links = new LoginLinks(LoginLinks.randomKey(), clock);
        String early = links.word();
        String late = links.word();
        pass(LoginLinks.VALID.minusSeconds(1));
        assertThat(links.redeem(early)).isTrue();
        assertThat(links.redeem(early)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(links.redeem(late)).isFalse();
    }

    @Test
    void usedLinksAreForgottenOnlyWhenTheyAreTooOld() {
        LoginLinks links = new LoginLinks(LoginLinks.randomKey(), clock);
        String first = links.word();
        assertThat(links.redeem(first)).isTrue();
        for (int number = 1; number < LoginLinks.MAX_USED; number++) {
            assertThat(links.redeem(links.word())).isTrue();
        }
        assertThat(links.redeem(links.word())).isFalse();
        assertThat(links.redeem(first)).isFalse();
        pass(LoginLinks.VALID);
        assertThat(links.redeem(first)).isFalse();
        assertThat(links.redeem(links.word())).isTrue();
    }

    @Test
    void aTicketEndsAfterAMinuteAndTheOldestGivesWay() {
        Sessions.Session session = new Sessions(clock).begin();
        DownloadTickets tickets = new DownloadTickets(clock);
        String slow = tickets.issue(session, PATH);
        pass(DownloadTickets.VALID);
        assertThat(tickets.redeem(session, slow)).isEmpty();
        String oldest = tickets.issue(session, PATH);
        for (int number = 0; number < DownloadTickets.MAX; number++) {
            tickets.issue(session, PATH);
        }
        assertThat(tickets.redeem(session, oldest)).isEmpty();
        assertThat(tickets.redeem(session, tickets.issue(session, PATH))).contains(PATH);
    }

    @Test
    void whenDisksAreFullIsSaidOnlyFromWhatWasSeen() {
        FillRate rate = new FillRate();
        rate.add(now, 3, 1000);
        pass(Duration.ofMinutes(5));
        rate.add(now, 3, 2000);
        assertThat(rate.forecast(1 << 20)).isEmpty();
        pass(Duration.ofMinutes(5));
        rate.add(now, 3, 7000);
        assertThat(rate.forecast(60_000)).hasValueSatisfying(forecast -> {
            assertThat(forecast.observed()).isEqualTo(Duration.ofMinutes(10));
            assertThat(forecast.full()).isEqualTo(Duration.ofMinutes(100));
            assertThat(forecast.bytesPerDay()).isEqualTo(864_000);
        });
        rate.add(now, 2, 5000); // a node is away: the sums cannot be compared
        assertThat(rate.forecast(60_000)).isEmpty();
        for (int minute = 0; minute < 3000; minute++) {
            pass(Duration.ofMinutes(1));
            rate.add(now, 2, 5000 - minute);
        }
        assertThat(rate.forecast(60_000)).isEmpty();
    }
}
