package io.trivet.gateway;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What is answered to what is no request of HTTP: a status, and nothing that a stranger could have written. */
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        if (response.getStatus() < HttpStatus.BAD_REQUEST_400) {
            response.setStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
        callback.succeeded();
        return true;
    }
}
