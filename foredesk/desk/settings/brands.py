"""Brands: the names under which one organisation answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from foredesk.channels import queries as channels
from foredesk.channels import retiring_brands
from foredesk.design import wording
from foredesk.desk.settings import admins_only
from foredesk.people import branding
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import queries as tickets

FIELDS = ("name", "short_name", "from_name", "signature_html", "language", "hue")


def _languages() -> list[tuple[str, str]]:
    return [("", _("As the organisation")), *people.languages()]


class BrandForm(forms.Form):
    """Field names are those of people.branding."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=branding.LONGEST_NAME,
        help_text=gettext_lazy("Customers read it beside the name of whoever answers."),
    )
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=branding.LONGEST_SHORT,
        help_text=gettext_lazy("Stands in lists. Empty: the beginning of the name."),
    )
    hue = forms.TypedChoiceField(
        label=gettext_lazy("Colour"),
        coerce=int,
        choices=[(n, str(n)) for n in branding.HUES],
        initial=1,
        widget=forms.RadioSelect,
    )
    from_name = forms.CharField(
        label=gettext_lazy("Name that customers see"),
        required=False,
        max_length=branding.LONGEST_SENDER,
        help_text=gettext_lazy(
            "For its mailboxes that have none of their own. {agent} and {brand} are filled in."
        ),
        widget=forms.TextInput(attrs={"placeholder": "{agent} at {brand}"}),
    )
    signature_html = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=branding.LONGEST_SIGNATURE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Goes under answers of its mailboxes that have none of their own."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=lazy(_languages, list),
        help_text=gettext_lazy("Of automatic texts to customers whose language is not known."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(people.languages()) == 1:
            del self.fields["language"]


@require_http_methods(["GET", "POST"])
@admins_only
def index(request: HttpRequest) -> HttpResponse:
    """All brands; a POST adds one."""
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            brand = branding.add(**form.cleaned_data, by=request.user, at=now())  # type: ignore[arg-type]
        except branding.BadBrand as why:
            form.add_error(why.field, str(why))
        else:
            words = _("Added the brand %(name)s. Now give it a mailbox.") % {"name": brand.name}
            messages.success(request, words)
            return redirect("brands")
    return _page(request, form, chosen=None)


@require_http_methods(["GET", "POST"])
@admins_only
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One brand; a POST changes it."""
    brand = _brand(pk)
    form = BrandForm(request.POST or None, initial={name: getattr(brand, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            branding.change(brand, **form.cleaned_data, by=request.user, at=now())  # type: ignore[arg-type]
        except branding.BadBrand as why:
            form.add_error(why.field, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("brands")
    return _page(request, form, chosen=brand)


@require_POST
@admins_only
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a brand aside, or bring it back."""
    brand, by = _brand(pk), request.user
    if request.POST.get("back") == "1":
        branding.bring_back(brand, by=by, at=now())  # type: ignore[arg-type]
        messages.success(request, _("%(name)s is back.") % {"name": brand.name})
        return redirect("brand_settings", pk)
    try:
        retiring_brands.retire(brand, by=by, at=now())  # type: ignore[arg-type]
    except Refused as why:
        messages.error(request, str(why))
        return redirect("brand_settings", pk)
    messages.success(request, _("Set %(name)s aside.") % {"name": brand.name})
    return redirect("brands")


def _page(request: HttpRequest, form: BrandForm, *, chosen: Any) -> HttpResponse:
    boxes = channels.mailboxes_by_brand()
    counts = tickets.unsolved_by_brand()
    context = {
        "form": form,
        "rows": [
            {
                "card": one,
                "initials": wording.initials(one.name),
                "mailboxes": boxes.get(one.id, []),
                "unsolved": counts.get(one.id, 0),
            }
            for one in people.brands()
        ],
        "chosen": chosen,
        "hues": list(branding.HUES),
        "has_brands": bool(people.brands_in_use()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/settings/brands.html", context, status=status)


def _brand(pk: int) -> Any:
    brand = people.brand(pk)
    if brand is None:
        raise Http404("There is no such brand.")
    return brand
