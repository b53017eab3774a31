package preview

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sstc/sstc/assets"
)

// An authorizer decides who may call routes of an API.
type authorizer struct {
	p         *Preview
	served    *assets.ServedAuthorizer
	protocol  string // of its API
	sources   []string
	issuers   []string
	audiences []string
	pattern   *regexp.Regexp // what tokens must look like; nil for anything
	f         *function

	mu    sync.Mutex
	cache map[string]cachedVerdict
}

type cachedVerdict struct {
	context map[string]any
	allowed bool
	until   time.Time
}

func newAuthorizer(p *Preview, protocol string, served *assets.ServedAuthorizer) *authorizer {
	a := &authorizer{p: p, protocol: protocol, served: served, sources: p.values.knownAll(served.Sources), audiences: p.values.knownAll(served.Audiences), cache: map[string]cachedVerdict{}}
	if served.Issuer != nil {
		a.issuers = []string{p.values.known(*served.Issuer)}
	}
	for _, arn := range p.values.knownAll(served.Pools) {
		if parts := strings.Split(arn, ":"); len(parts) == 6 {
			a.issuers = append(a.issuers, "https://cognito-idp."+parts[3]+".amazonaws.com/"+strings.TrimPrefix(parts[5], "userpool/"))
		}
	}
	if served.Pattern != "" {
		// What Go's syntax lacks is no reason to refuse everybody.
		a.pattern, _ = regexp.Compile("^(?:" + served.Pattern + ")$")
	}
	if served.Function != nil {
		a.f = p.functionOf(p.values.known(*served.Function))
	}
	return a
}

// unverified is said with each token that was accepted: its signature can only
// be checked with keys that its issuer has on the network.
const unverified = "The token's signature was not verified: a preview is offline. Issuer, audience, expiry and scopes were."

// jwt checks a token as far as that can be done offline.
func (a *authorizer) jwt(w http.ResponseWriter, r *http.Request, scopes []string) (map[string]any, bool) {
	refuse := func(status int, problem, description string) (map[string]any, bool) {
		message := "Unauthorized"
		if status == http.StatusForbidden {
			message = "Forbidden"
		}
		w.Header().Set("Www-Authenticate", fmt.Sprintf(`Bearer scope="%s" error="%s" error_description="%s"`, strings.Join(scopes, " "), problem, description))
		w.Header().Set(explain, headerText("The token was refused: "+description+"."))
		writeMessage(w, status, message)
		return nil, false
	}
	found, ok := identity(r, a.sources, nil)
	if !ok || len(found) == 0 {
		w.Header().Set("Www-Authenticate", "Bearer")
		w.Header().Set(explain, headerText("There is no token at "+strings.Join(a.sources, ", ")+"."))
		writeMessage(w, http.StatusUnauthorized, "Unauthorized")
		return nil, false
	}
	token := found[0]
	if len(token) > 7 && strings.EqualFold(token[:7], "bearer ") {
		token = token[7:]
	}
	claims, problem := parseJWT(token)
	if problem != "" {
		return refuse(http.StatusUnauthorized, "invalid_token", problem)
	}
	now := float64(time.Now().Unix())
	number := func(key string) (float64, bool) { f, ok := claims[key].(float64); return f, ok }
	if issuer, _ := claims["iss"].(string); !slices.Contains(a.issuers, issuer) {
		return refuse(http.StatusUnauthorized, "invalid_token", "issuer claim not equal to the authorizer's issuer "+strings.Join(a.issuers, " or "))
	}
	if a.served.Kind == "JWT" && !a.forUs(claims) {
		return refuse(http.StatusUnauthorized, "invalid_token", "the token does not have a valid audience")
	}
	if exp, ok := number("exp"); !ok || exp <= now {
		return refuse(http.StatusUnauthorized, "invalid_token", "the token has expired")
	}
	if nbf, ok := number("nbf"); ok && nbf > now {
		return refuse(http.StatusUnauthorized, "invalid_token", "the token is not valid yet")
	}
	if iat, ok := number("iat"); ok && iat > now+60 {
		return refuse(http.StatusUnauthorized, "invalid_token", "the token was issued in the future")
	}
	granted := scopesOf(claims)
	if len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(granted, s) }) {
		return refuse(http.StatusForbidden, "insufficient_scope", "the token has none of the scopes that the route asks for")
	}
	w.Header().Set(explain, unverified)
	texts := map[string]string{}
	for key, value := range claims {
		texts[key] = claimText(value)
	}
	if a.served.Kind != "JWT" {
		return map[string]any{"lambda": map[string]any{"claims": texts}}, true
	}
	var reported any
	if len(scopes) > 0 {
		reported = scopes
	}
	return map[string]any{"jwt": map[string]any{"claims": texts, "scopes": reported}}, true
}

// parseJWT reads the claims of a token, or says what is wrong with it.
func parseJWT(token string) (map[string]any, string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] == "" {
		return nil, "the token is not a signed JSON web token"
	}
	var header, claims map[string]any
	for i, into := range []*map[string]any{&header, &claims} {
		b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[i], "="))
		if err != nil || json.Unmarshal(b, into) != nil {
			return nil, "the token cannot be decoded"
		}
	}
	if alg, _ := header["alg"].(string); !strings.HasPrefix(alg, "RS") {
		return nil, "signing method " + regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(alg, "") + " is not one of RS256, RS384 and RS512"
	}
	return claims, ""
}

// forUs reports whether the token is for one of the audiences. Client_id
// counts only where there is no aud.
func (a *authorizer) forUs(claims map[string]any) bool {
	has := func(x any) bool {
		s, ok := x.(string)
		return ok && slices.Contains(a.audiences, s)
	}
	switch aud := claims["aud"].(type) {
	case nil:
		return has(claims["client_id"])
	case []any:
		return slices.ContainsFunc(aud, has)
	default:
		return has(aud)
	}
}

func scopesOf(claims map[string]any) []string {
	var out []string
	for _, key := range []string{"scope", "scp"} {
		switch s := claims[key].(type) {
		case string:
			out = append(out, strings.Fields(s)...)
		case []any:
			for _, e := range s {
				if t, ok := e.(string); ok {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// claimText is a claim as functions get it: lists in brackets, numbers as text.
func claimText(x any) string {
	switch x := x.(type) {
	case []any:
		var parts []string
		for _, e := range x {
			parts = append(parts, claimText(e))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		b, _ := json.Marshal(x)
		return string(b)
	}
	return toText(x)
}

// ask has a function decide.
func (a *authorizer) ask(w http.ResponseWriter, e *httpEvent) (map[string]any, bool) {
	found, ok := identity(e.r, a.sources, e)
	if !ok {
		w.Header().Set(explain, headerText("The authorizer is not asked without "+strings.Join(a.sources, ", ")+"."))
		writeMessage(w, http.StatusUnauthorized, "Unauthorized")
		return nil, false
	}
	if a.pattern != nil && len(found) > 0 && !a.pattern.MatchString(found[0]) {
		w.Header().Set(explain, headerText("The authorizer is not asked of tokens that do not match "+a.served.Pattern+"."))
		writeMessage(w, http.StatusUnauthorized, "Unauthorized")
		return nil, false
	}
	refuse := func(why string) (map[string]any, bool) {
		w.Header().Set(explain, headerText(why))
		message := "Forbidden"
		if a.protocol == "REST" {
			message = "User is not authorized to access this resource"
		}
		writeMessage(w, http.StatusForbidden, message)
		return nil, false
	}
	if a.f == nil {
		w.Header().Set(explain, "The authorizer's function is not of this app.")
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return nil, false
	}
	key := strings.Join(found, "\x00")
	if a.served.TTL > 0 && len(a.sources) > 0 {
		a.mu.Lock()
		verdict, ok := a.cache[key]
		a.mu.Unlock()
		if ok && time.Now().Before(verdict.until) {
			if !verdict.allowed {
				return refuse("The authorizer has refused, as it did a while ago.")
			}
			return verdict.context, true
		}
	}
	payload, err := a.f.call(e.r.Context(), a.event(e, found))
	if err != nil {
		w.Header().Set(explain, headerText("The authorizer failed: "+err.Error()))
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return nil, false
	}
	context, allowed, err := a.verdict(payload, e)
	if err != nil {
		w.Header().Set(explain, headerText("The authorizer's answer: "+err.Error()))
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return nil, false
	}
	if a.served.TTL > 0 {
		a.mu.Lock()
		a.cache[key] = cachedVerdict{context, allowed, time.Now().Add(time.Duration(a.served.TTL) * time.Second)}
		a.mu.Unlock()
	}
	if !allowed {
		return refuse("The authorizer has refused.")
	}
	return context, true
}

// routeARN names a request in policies.
func (a *authorizer) routeARN(e *httpEvent) string {
	what := e.r.Method + e.path
	if a.protocol == "WEBSOCKET" {
		what = e.routeKey
	}
	return "arn:aws:execute-api:" + a.p.values.region + ":" + account + ":" + e.id + "/" + cmp.Or(e.stageName, "$default") + "/" + what
}

// event is what the function is asked.
func (a *authorizer) event(e *httpEvent, identities []string) map[string]any {
	if a.served.Kind == "TOKEN" {
		return map[string]any{"type": "TOKEN", "methodArn": a.routeARN(e), "authorizationToken": strings.Join(identities, ",")}
	}
	copied := *e
	copied.body = nil
	if a.protocol == "WEBSOCKET" {
		event := connectEvent(&copied)
		event["type"] = "REQUEST"
		event["methodArn"] = a.routeARN(e)
		event["stageVariables"] = orNull(e.stage)
		delete(event, "isBase64Encoded")
		return event
	}
	if a.served.Format == "1.0" {
		event := copied.v1()
		event["type"] = "REQUEST"
		event["methodArn"] = a.routeARN(e)
		if a.protocol == "HTTP" {
			event["identitySource"] = strings.Join(identities, ",")
			event["authorizationToken"] = strings.Join(identities, ",")
		}
		delete(event, "body")
		delete(event, "isBase64Encoded")
		return event
	}
	event := copied.v2()
	event["type"] = "REQUEST"
	event["routeArn"] = a.routeARN(e)
	event["identitySource"] = identities
	delete(event, "isBase64Encoded")
	return event
}

// verdict understands what the function has answered: whether it lets the
// request in, and what it tells the route's function.
func (a *authorizer) verdict(payload []byte, e *httpEvent) (map[string]any, bool, error) {
	var answer struct {
		IsAuthorized   *bool
		Context        map[string]any
		PolicyDocument *struct{ Statement json.RawMessage }
		PrincipalID    string
	}
	if err := json.Unmarshal(payload, &answer); err != nil {
		return nil, false, fmt.Errorf("it is not an object: %s", payload)
	}
	context := map[string]any{"lambda": answer.Context}
	if a.served.Simple && answer.PolicyDocument == nil {
		if answer.IsAuthorized == nil {
			return nil, false, fmt.Errorf("it has no isAuthorized, as a simple response must")
		}
		return context, *answer.IsAuthorized, nil
	}
	if answer.PolicyDocument == nil {
		return nil, false, fmt.Errorf("it has no policyDocument")
	}
	if answer.PrincipalID != "" && a.served.Format != "2.0" {
		if answer.Context == nil {
			answer.Context = map[string]any{}
		}
		answer.Context["principalId"] = answer.PrincipalID
		context["lambda"] = answer.Context
	}
	statements, err := policyStatements(answer.PolicyDocument.Statement)
	if err != nil {
		return nil, false, err
	}
	allowed := false
	arn := a.routeARN(e)
	for _, s := range statements {
		if !slices.ContainsFunc(s.actions, func(p string) bool { return wildcard(strings.ToLower(p), "execute-api:invoke") }) ||
			!slices.ContainsFunc(s.resources, func(p string) bool { return wildcard(p, arn) }) {
			continue
		}
		if strings.EqualFold(s.effect, "Deny") {
			return context, false, nil
		}
		allowed = true
	}
	return context, allowed, nil
}

type policyStatement struct {
	effect             string
	actions, resources []string
}

// policyStatements reads the statements of an IAM policy, in which nearly
// everything may be one or a list.
func policyStatements(raw json.RawMessage) ([]policyStatement, error) {
	type statement struct {
		Effect           string
		Action, Resource any
	}
	var list []statement
	if json.Unmarshal(raw, &list) != nil {
		var one statement
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, fmt.Errorf("its policyDocument has no statements")
		}
		list = []statement{one}
	}
	texts := func(x any) []string {
		switch x := x.(type) {
		case string:
			return []string{x}
		case []any:
			var out []string
			for _, e := range x {
				out = append(out, toText(e))
			}
			return out
		}
		return nil
	}
	var out []policyStatement
	for _, s := range list {
		out = append(out, policyStatement{s.Effect, texts(s.Action), texts(s.Resource)})
	}
	return out, nil
}

// wildcard matches a text with a pattern in which * stands for anything and ?
// for one character.
func wildcard(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
