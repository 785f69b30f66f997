"""Bugs in the pages: who comes in, what a response carries, what is shown. Rules E1 to
E3, E10, F9, P9, P14 and bars A, L, S."""

from tests.plant.plant import Plant, within


def page(what: str, module: str, old: str, new: str, test: str) -> Plant:
    """A bug in a module of the pages."""
    return within("web", what, module, old, new, test)


PLANTS: tuple[Plant, ...] = (
    # Who comes in: rules E1 to E3, F9.
    page(
        "a view that declares nothing is open",
        "access",
        "    if need is None or answer is Answer.NOT_FOR_YOU:\n"
        "        raise NotForYou\n",
        "    if need is None:\n        return\n"
        "    if answer is Answer.NOT_FOR_YOU:\n        raise NotForYou\n",
        "access::a_view_that_declares_nothing_is_closed_for_everybody",
    ),
    page(
        "OPTIONS is let through",
        "access",
        "if endpoint is None or request.routing_exception is not None:",
        "if (\n"
        "        endpoint is None\n"
        "        or request.routing_exception is not None\n"
        '        or request.method == "OPTIONS"\n'
        "    ):",
        "access::options_opens_nothing_that_another_method_keeps_closed",
    ),
    page(
        "the role does not matter",
        "access",
        "return Answer.COME_IN if person.role in need.roles else Answer.NOT_FOR_YOU",
        "return Answer.COME_IN",
        "access::each_visitor_gets_exactly_the_answer_of_the_table",
    ),
    page(
        "what is not hers is forbidden",
        "errors",
        "return page(Trouble(404, *_PAGES[404]))",
        "return page(Trouble(403, *_PAGES[403]))",
        "access::each_visitor_gets_exactly_the_answer_of_the_table",
    ),
    page(
        "a cookie copied before signing out still opens",
        "sign_in",
        "here.services().accounts.sign_out(mine.known, here.now())\n    mine.end()",
        "pass\n    mine.end()",
        "sign_in::a_cookie_captured_before_signing_out_opens_nothing",
    ),
    page(
        "signing in leads wherever the address says",
        "sign_in",
        'return target if _OWN_PATH.fullmatch(target) else "/"',
        'return target or "/"',
        "sign_in::no_address_leads_elsewhere",
    ),
    page(
        "a page that locked is still open",
        "here",
        "if opened is None or opened.locked or opened.half:\n"
        "        return None\n    return _SignedIn",
        "if opened is None or opened.half:\n        return None\n    return _SignedIn",
        "sign_in::a_page_locks_after_fifteen_minutes_to_the_second",
    ),
    page(
        "a form of another site is taken",
        "origin",
        'if site is not None and site != "same-origin":',
        "if False:",
        "headers::an_unsafe_route_refuses_what_no_page_of_ours_sent",
    ),
    page(
        "forms need no token",
        "app",
        "        WTF_CSRF_TIME_LIMIT=_EIGHT_HOURS,\n",
        "        WTF_CSRF_CHECK_DEFAULT=False,\n",
        "headers::an_unsafe_route_refuses_what_no_page_of_ours_sent",
    ),
    # What a response carries: bars L4, L5, S4.
    page(
        "a header is dropped",
        "headers",
        '    "Cross-Origin-Opener-Policy": "same-origin",\n',
        "",
        "headers::every_sort_of_response_carries_exactly_these_headers",
    ),
    page(
        "pages may be kept by the browser",
        "headers",
        '    "Cache-Control": "no-store",\n',
        '    "Cache-Control": "private",\n',
        "headers::every_sort_of_response_carries_exactly_these_headers",
    ),
    page(
        "styles may stand in the page",
        "headers",
        "style-src 'self';",
        "style-src 'self' 'unsafe-inline';",
        "headers::every_route_of_the_product_carries_them",
    ),
    page(
        "the cookie follows links from elsewhere",
        "sessions",
        'samesite="Strict",',
        'samesite="Lax",',
        "headers::the_one_cookie_over_https_is_exactly_this",
    ),
    page(
        "any host name is answered to",
        "app",
        "        TRUSTED_HOSTS=settings.hosts,\n",
        "",
        "headers::only_the_own_host_names_are_answered_to",
    ),
    # What is shown: rules P9, P14, E2, E10, N1.
    page(
        "an error says in the log what it was about",
        "errors",
        '    _log.error("%s at %s on %s", kinds, spot, request.endpoint)',
        '    _log.error("%s at %s on %s: %s", kinds, spot, request.endpoint, error)',
        "shell::what_cannot_be_helped_is_a_plain_page_that_says_nothing_of_anybody",
    ),
    page(
        "an unknown name in a template is nothing",
        "app",
        '        "undefined": StrictUndefined,\n',
        "",
        "shell::an_unknown_name_is_an_error_and_text_is_escaped",
    ),
    page(
        "what was looked for is shown before the check",
        "people",
        "    return _check(handle)\n\n\ndef _check",
        "    return _check(handle, code=sought)\n\n\ndef _check",
        "people::found_and_not_found_look_alike_until_her_word_is_typed",
    ),
    Plant(
        "a code word that was typed comes back",
        "scheduler/web/templates/macros/form.html",
        'value="" if secret or type == "password" else',
        'value="" if type == "password" else',
        "tests/web/test_people.py"
        "::test_a_word_that_cannot_stay_has_its_sentence_and_no_word_comes_back",
    ),
    # What the server writes down: bar-L7.
    page(
        "the server's log keeps what it was told to write",
        "server_log",
        "    record.msg, record.args = line(said), ()\n",
        "    line(said)\n",
        "server_log::a_request_is_its_page_its_answer_and_about_where_from",
    ),
    page(
        "the server's log holds whole network addresses",
        "server_log",
        "_WIDTHS: Final = {4: 24, 6: 48}",
        "_WIDTHS: Final = {4: 32, 6: 128}",
        "server_log::of_an_address_stays_where_it_is_about",
    ),
    page(
        "the log says an error in its own words",
        "errors",
        '_log.error("%s at %s on %s", kinds, spot, request.endpoint)',
        '_log.error("%s at %s on %s", error, spot, request.endpoint)',
        "canaries::whatever_breaks_in_a_view_says_it_nowhere",
    ),
    page(
        "a refused code leads wherever its form says",
        "second_factor",
        'target=sign_in.own_path(typed.value("next", "/")),',
        'target=typed.value("next", "/"),',
        "second_factor::a_refused_code_leads_nowhere_but_here",
    ),
    # The phone of the demo.
    Plant(
        "the phone page stands beside a real sender",
        "config/checks.py",
        "if settings.phone_page and settings.sender is not Sender.PHONE:",
        "if False:",
        "tests/config/test_checks.py"
        "::test_the_phone_page_never_stands_beside_a_real_sender",
    ),
    Plant(
        "the phone page is there for real people",
        "config/checks.py",
        "    if settings.phone_page and production:\n",
        "    if False:\n",
        "tests/config/test_checks.py"
        "::test_the_phone_page_is_refused_where_real_people_are_served",
    ),
)
