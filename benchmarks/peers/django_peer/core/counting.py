"""Says in a header how many queries a page took."""

from django.db import connection


class CountQueries:
    """The middleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = []

        def note(execute, sql, *given):
            asked.append(sql)
            return execute(sql, *given)

        with connection.execute_wrapper(note):
            response = self.get_response(request)
            if not getattr(response, "is_rendered", True):
                response.render()
        response["X-Queries"] = str(len(asked))
        return response
