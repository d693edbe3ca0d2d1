package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.Node;
import io.trivet.model.OpenToken;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.wire.credentials.JoinToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@link TokenAdmin} by requests to the leader. */
final class TokenCalls implements TokenAdmin {
    private final Cluster cluster;
    private final LeaderCalls leader;
    private final FollowedTrust trust;
    private final List<Address> seeds;

    /** @param seeds the addresses in a token if no master is known */
    TokenCalls(Cluster cluster, LeaderCalls leader, FollowedTrust trust, List<Address> seeds) {
        this.cluster = cluster;
        this.leader = leader;
        this.trust = trust;
        this.seeds = seeds;
    }

    @Override
    public List<OpenToken> list() {
        return ((QueryResult.Tokens) leader.ask(new Query.Tokens())).tokens();
    }

    @Override
    public String issue(Duration validFor, int uses) {
        ClusterView view = cluster.view();
        List<Address> masters = view.masters().stream().map(Node::address).toList();
        JoinToken token = JoinToken.random(view.cluster(), trust.now(), masters.isEmpty() ? seeds : masters);
        leader.submit(new Command.IssueToken(token.secretHash(), Instant.now().plus(validFor), uses, validFor));
        return token.text();
    }

    @Override
    public void revoke(String id) {
        leader.submit(new Command.RevokeToken(id));
    }
}
