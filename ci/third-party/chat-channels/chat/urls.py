"""Logging in and out is Django's own (docs.djangoproject.com, "Using the views")."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("django.contrib.auth.urls"))]
