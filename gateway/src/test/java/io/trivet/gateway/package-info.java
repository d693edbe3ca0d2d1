/** Tests of the gateway: against a real node, by a small client of its own and by those that people use. */
package io.trivet.gateway;
